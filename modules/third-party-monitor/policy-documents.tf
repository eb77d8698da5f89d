# What IAM refuses in a policy document, so that a plan says it and not an
# apply. No message holds text of a document. A key that is there twice cannot
# be seen here: jsondecode keeps the last.

locals {
  # A failed condition prints the values that it names, so no condition names
  # one of these, which hold the text of the policies.
  policies = [
    for text in concat(var.policy_json == null ? [] : [var.policy_json], values(var.policy_documents)) :
    try(jsondecode(text), null)
  ]
  statements_by_document = [for policy in local.policies : concat(
    try([for statement in [policy.Statement] : statement if can(keys(statement))], []),
    try([for statement in policy.Statement : statement if !can(keys(policy.Statement))], []),
  )]
  statements = concat([], local.statements_by_document...)

  # A policy variable may have colons in it, which are none of an ARN's.
  resources = [
    for resource in flatten([for statement in local.statements : [try(statement.Resource, []), try(statement.NotResource, [])]]) :
    try(replace(resource, "/\\$\\{[^{}]*\\}/", "variable"), "")
  ]
  actions    = flatten([for statement in local.statements : [try(statement.Action, []), try(statement.NotAction, [])]])
  conditions = [for statement in local.statements : statement.Condition if can(statement.Condition)]

  text        = "\"([^\"\\\\]|\\\\.)*\""
  arn         = "arn:(\\*|aws(-[a-z]+)*):[a-z0-9-]+"
  iam_kinds   = "user|federated-user|role|role-template|group|instance-profile|mfa|server-certificate|policy|sms-mfa|saml-provider|oidc-provider|report|access-report|delegation-request"
  s3_regional = "accesspoint|access-grants|async-request|job|storage-lens|storage-lens-group"
  comparisons = "String(Not)?(Equals(IgnoreCase)?|Like)|(Numeric|Date)((Not)?Equals|(Less|Greater)Than(Equals)?)|Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like)"

  malformed = nonsensitive([for fault in [
    {
      found = !alltrue([for policy in local.policies : can(keys(policy)) && can(regex("^(\\{|\\[[^]])", jsonencode(policy.Statement)))])
      says  = "it is not JSON with at least one Statement"
    },
    {
      found = !alltrue([for policy in local.policies : length(setsubtract(try(keys(policy), []), ["Version", "Id", "Statement"])) == 0])
      says  = "it has an unknown key beside Version, Id and Statement"
    },
    {
      found = !alltrue([for policy in local.policies : try(contains(["2012-10-17", "2008-10-17"], try(policy.Version, "2008-10-17")), false)])
      says  = "its Version is neither 2012-10-17 nor 2008-10-17"
    },
    {
      found = !alltrue([for statement in local.statements : can(keys(statement)) && length(setsubtract(try(keys(statement), []), ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"])) == 0])
      says  = "a statement has a key that is none of Sid, Effect, Action, NotAction, Resource, NotResource and Condition (upper and lower case matter, and Principal is for trust and resource policies)"
    },
    {
      found = !alltrue([for statement in local.statements : try(contains(["Allow", "Deny"], statement.Effect), false)])
      says  = "the Effect of a statement is neither Allow nor Deny"
    },
    {
      found = !alltrue([for statement in local.statements : can(regex("^\"[A-Za-z0-9]*\"$", jsonencode(try(statement.Sid, ""))))])
      says  = "a Sid has other characters than letters and digits"
    },
    {
      found = anytrue([for statements in local.statements_by_document : length([for statement in statements : statement.Sid if try(statement.Sid, "") != ""]) != length(distinct([for statement in statements : statement.Sid if try(statement.Sid, "") != ""]))])
      says  = "two statements have the same Sid"
    },
    {
      found = anytrue([for statement in local.statements : can(statement.Action) == can(statement.NotAction) || can(statement.Resource) == can(statement.NotResource)])
      says  = "a statement needs either Action or NotAction, and either Resource or NotResource"
    },
    {
      found = !alltrue(flatten([for statement in local.statements : [for key in ["Action", "NotAction", "Resource", "NotResource"] : !can(statement[key]) || can(regex("^(${local.text}|\\[${local.text}(,${local.text})*\\])$", jsonencode(statement[key])))]]))
      says  = "the actions or resources of a statement are neither text nor a list of at least one text"
    },
    {
      found = !alltrue([for action in local.actions : can(regex("^([A-Za-z0-9-]+:[A-Za-z0-9*?-]+|\\*(:\\*)?)$", action))])
      says  = "an action is not a service and an action such as \"rds:Describe*\" (no spaces, no wildcard in the service)"
    },
    {
      found = !alltrue([for resource in local.resources : can(regex("^(\\*|${local.arn}((:[^:]*){2}:.*|.*\\*))$", resource))])
      says  = "a resource is neither \"*\" nor an ARN with its six parts"
    },
    {
      found = anytrue([for resource in local.resources : can(regex("^arn:[^:]*:iam:", resource)) && !can(regex("^arn:[^:]*:iam(\\*|::[^:]*:(\\*|root|(${local.iam_kinds})/.*))$", resource))])
      says  = "an ARN of IAM names a region or a resource of no known kind"
    },
    {
      found = anytrue([for resource in local.resources : can(regex("^arn:[^:]*:s3:[^:]+:", resource)) && !can(regex("^arn:[^:]*:s3:[^:]+:[^:]*:(${local.s3_regional})/", resource))])
      says  = "an ARN of a bucket names a region"
    },
    {
      found = anytrue([for resource in local.resources : can(regex("^arn:aws", resource)) && !startswith(resource, "arn:${local.partition}:")])
      says  = "an ARN is of another partition than ${local.partition}"
    },
    {
      found = !alltrue([for condition in local.conditions : can(keys(condition)) && can([for operator, pairs in condition : keys(pairs)])])
      says  = "a Condition is not an object of operators, each with an object of condition keys"
    },
    {
      found = !alltrue(flatten([for condition in local.conditions : [for operator in try(keys(condition), []) : can(regex("^((For(AllValues|AnyValue):)?(${local.comparisons})(IfExists)?|(For(AllValues|AnyValue):)?Null)$", operator))]]))
      says  = "a condition operator is none of IAM's (upper and lower case matter)"
    },
    {
      found = !alltrue(flatten([for condition in local.conditions : [for operator, pairs in try({ for operator, pairs in condition : operator => keys(pairs) }, {}) : [for key in pairs : can(regex("^[A-Za-z0-9_./*?-]+:[^\\s]", key))]]]))
      says  = "a condition key has no service in front of it, as aws:RequestedRegion has"
    },
    {
      found = anytrue([for policy in local.policies : can(regex("[^\\x{00}-\\x{FF}]", jsonencode(policy)))])
      says  = "it has characters beyond Latin-1 (U+00FF)"
    },
  ] : fault.says if fault.found])
}
