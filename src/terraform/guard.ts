import { GUARD } from "../accounts/names";

/**
 * `terraform_data.deployment`, which keeps in a state of which deployment and which stack it is, and stops each plan
 * and apply of another one with exit code 1. Terraform ignores what this folder says of both once a state has them,
 * and so compares what the state says. A state from before has none, takes this folder's, and passes.
 *
 * A plan with `-destroy` or with a `-target` does not ask it: Terraform evaluates no condition there.
 */
export function guard(deployment: string, stack: string): object {
  const [type = "", name = ""] = GUARD.split(".");
  const rest = `Nothing was changed. Run Terraform where that one's accounts file was synthesized, or give this one a state of its own, with name or backend in its accounts file. If this state is meant to change hands (a deployment or a group was renamed), type: terraform state rm ${GUARD}`;
  const condition = (attribute: string, is: string, what: string): object => ({
    condition: `\${self.${attribute} == "${is}"}`,
    error_message: `This state belongs to the ${what} \${self.${attribute}}, and this folder to ${is}. ${rest}`,
  });
  return {
    [type]: {
      [name]: {
        input: deployment,
        triggers_replace: stack,
        lifecycle: {
          ignore_changes: ["input", "triggers_replace"],
          postcondition: [
            condition("output", deployment, "deployment"),
            condition("triggers_replace", stack, "stack"),
          ],
        },
      },
    },
  };
}
