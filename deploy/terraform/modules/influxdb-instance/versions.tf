terraform {
  # Validations that compare variables need 1.9. The tests need 1.11 (override_during).
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}
