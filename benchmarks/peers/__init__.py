"""What Duban is measured against: each written as well as its kind allows, and making the same writes."""
