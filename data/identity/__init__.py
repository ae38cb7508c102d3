"""Personal keys at the boundary: check digits, surrogates by keyed HMAC, and masks (DOMAIN 3.3 and 4)."""

from data.identity.masking import mask_tax_id, masked
from data.identity.surrogates import BadKeyError, SurrogateKey
from data.identity.tax_ids import is_valid_cnpj, is_valid_cpf, normalise_order_number, normalise_tax_id

__all__ = [
    "BadKeyError",
    "SurrogateKey",
    "is_valid_cnpj",
    "is_valid_cpf",
    "mask_tax_id",
    "masked",
    "normalise_order_number",
    "normalise_tax_id",
]
