module "reader" {
  source = "../backup-reader"
  bucket = "x"
}
