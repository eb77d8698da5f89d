module "top" {
  source = "../"
}

module "gone" {
  source = "./gone"
}
