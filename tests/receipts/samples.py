"""Files as people hand them in: the smallest of each kind that a browser shows."""

from base64 import b64decode

PNG = b64decode("""
iVBORw0KGgoAAAANSUhEUgAAAAQAAAADCAYAAAC09K7GAAAAJElEQVR4AWSIsQkAAAjDpB/5gef6pVIoXRoIgaBnj5aA6sR4AAAA///zoeaOAAAABklE
QVQDAMDlBDez1/coAAAAAElFTkSuQmCC
""")
JPEG = b64decode("""
/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI////////////////////////////////////////////////
////2wBDAVVaWnhpeOuCguv/////////////////////////////////////////////////////////////////////////wAARCAADAAQDASIAAhEB
AxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAT/xAAXEAEAAwAAAAAAAAAAAAAAAAAAAQIy/8QAFQEBAQAAAAAAAAAAAAAAAAAAAAH/xAAWEQEBAQAA
AAAAAAAAAAAAAAAAATH/2gAMAwEAAhEDEQA/AJL7kBbo/9k=
""")
WEBP = b64decode("UklGRigAAABXRUJQVlA4IBwAAAAwAQCdASoEAAMAB0CWJQAAgAAA/ubOr0pn1CAA")
PDF = b"""%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>> endobj
trailer <</Root 1 0 R>>
%%EOF
"""
HTML = b"<!doctype html><script>alert(document.cookie)</script>"

KINDS = {"image/png": PNG, "image/jpeg": JPEG, "image/webp": WEBP, "application/pdf": PDF}


def padded(size: int) -> bytes:
    """A PNG of exactly so many bytes: what follows its end is left alone by whoever shows it."""
    return PNG.ljust(size, b"\0")
