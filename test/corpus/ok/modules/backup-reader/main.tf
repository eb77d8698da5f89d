variable "bucket" {
  description = "Bucket."
  type        = string
}

variable "options" {
  description = "Anything."
  type        = any
  default     = null
}

resource "aws_iam_role" "reader" {
  name               = "reader"
  assume_role_policy = "{}"
}
