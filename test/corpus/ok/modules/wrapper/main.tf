module "roles" {
  source  = "terraform-aws-modules/iam/aws//modules/iam-role"
  version = "5.2.1"
}
