resource "aws_iam_role" "reader" {
  name               = "reader"
  assume_role_policy = "{}"
}
