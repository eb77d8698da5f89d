variable "name" {
  type = string
}

resource "aws_iam_policy" "read" {
  name   = "read"
  policy = file("${path.module}/policies/${var.name}.json")
}
