/** What git leaves out of a deployment's repository: above all, every file that holds access keys. */
export function ignoreText(name: string): string {
  return `\
node_modules

# What synth writes.
*.out/

# What Terraform keeps. States and plans hold access keys, and so may its logs.
.terraform/
*.tfstate
*.tfstate.*
*.tfplan
*.log

# The plan file of cdktf diff and cdktf deploy.
**/stacks/*/plan

# States and plans in JSON, as terraform show -json and terraform state pull print them.
/${name}.json
/${name}-*.json
state.json
plan.json
*[.-]state.json
*[.-]plan.json
*.tfstate.json
*.tfplan.json
/states/
/plans/

# What report and verify write.
access-report.*
pmm-iam-verify.js
`;
}
