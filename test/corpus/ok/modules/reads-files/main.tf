locals {
  a = file("${path.module}/templates/a.tftpl")
  b = file("${path.module}/policies/${var.x}.json")
  c = templatefile("${path.module}/b.tftpl", {})
}

variable "x" {
  type    = string
  default = "read"
}
