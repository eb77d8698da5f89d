module "roles" {
  source = "git::https://git.example.com/team/modules.git?ref=main"
}

module "users" {
  source  = "terraform-aws-modules/iam/aws"
  version = ">= 5.0"
}

module "groups" {
  source = "terraform-aws-modules/iam/aws"
}
