# resource "a" "comment" {}
// resource "b" "comment" {
/* resource "c" "comment" {
*/
resource "aws_a" "one_line" { name = "x } # {" }
resource aws_b without_quotes {
  provider = aws # resource "d" "e" {
  name     = "a \" b" /* } */
  end      = "\\"
  half     = 4 / 2 < 3 // ]
  text     = "not closed $${not_either} %%{nor_this} {"
}
resource "aws_c" "templates" {
  name = "a ${"}"}${var.b} c"
  deep = "%{ if true }${jsonencode({ a = "}" })}%{ endif }"
}
resource "aws_d" "heredocs" {
  text = <<-EOT
    resource "x" "y" {
      "unclosed
    EOTX
    ${"EOT"}
    EOT
  plain = <<EOT
}
EOT
  list = [
    "a", # ]
    "b",
  ]
  nested {
    source = "not this one"
    more { x = 1 }
  }
  condition = var.a == "}" ? 1 : 2
  source    = "this one"
}
/**/ module "x" { source = "./x" }
locals {}
