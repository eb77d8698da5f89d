#!/bin/sh
# Writes the projects of atlantis.yaml: one for each stack that differs from the base branch. The hook runs it in the
# checkout, before each command.
set -eu
npm ci
npx pmm-iam synth
git fetch --quiet origin "$BASE_BRANCH_NAME"
affected=$(npx pmm-iam affected --base FETCH_HEAD)
stacks=$(AFFECTED=$affected node -p 'JSON.parse(process.env.AFFECTED).include.map(({ stack }) => stack).join(" ")')
if [ -z "$stacks" ]; then
  exit 0
fi
# A command runs it again in the same checkout.
git show HEAD:atlantis.yaml | sed '/^projects:/,$d' >atlantis.yaml
{
  echo 'projects:'
  for stack in $stacks; do
    printf '  - name: %s\n    dir: cdktf.out/stacks/%s\n    workflow: pmm-iam\n    autoplan:\n      when_modified: ["../../../**"]\n' "$stack" "$stack"
  done
} >>atlantis.yaml
