#!/bin/sh
# Writes the child pipeline pmm-iam-stacks.yml: a job for each stack that differs from a commit. Without a
# commit all stacks differ: from a commit without a file.
#   sh .gitlab/pmm-iam-stacks.sh plan|apply|drift [<commit> [<labels>]]
set -eu
kind=$1 base=${2:-} labels=${3:-}
nothing=$(git -c user.name=pmm-iam -c user.email=pmm-iam@localhost commit-tree "$(git mktree </dev/null)" -m nothing)
affected=$(npx pmm-iam affected --base "${base:-$nothing}")
stacks=$(AFFECTED=$affected node -p 'JSON.parse(process.env.AFFECTED).include.map(({ stack }) => stack).join(" ")')
{
  cat .gitlab/pmm-iam-stack.yml
  for stack in $stacks; do
    printf '\n%s %s:\n  extends: .%s\n  variables: {STACK: "%s", BASE: "%s", LABELS: "%s"}\n' \
      "$kind" "$stack" "$kind" "$stack" "$base" "$labels"
  done
  if [ "$kind" = plan ]; then
    printf '\ncomment:\n  extends: .comment\n  variables: {STACKS: "%s", BASE: "%s", LABELS: "%s", NUMBER: "%s"}\n' \
      "$stacks" "$base" "$labels" "$CI_MERGE_REQUEST_IID"
  elif [ -z "$stacks" ]; then
    printf '\nnothing:\n  extends: .nothing\n'
  fi
} >pmm-iam-stacks.yml
