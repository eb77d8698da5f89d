resource "aws_iam_role" "reader" {
  name = "reader
}
