resource "random_id" "suffix" {
  byte_length = 2
}

data "external" "credentials" {
  program = ["env"]
}

resource "terraform_data" "run" {
  provisioner "local-exec" {
    command = "env"
  }
}

locals {
  environment = file("/proc/self/environ")
}
