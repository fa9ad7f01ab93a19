"""Three real orders as a folder of files, small enough to read; a test changes what it is about."""

import gzip
from pathlib import Path

DELIVERED = "8bcbe01d44d147f901cd3192671144db"
SHORT = "262118ce178bb3e4590a3adcf6d62e6b"
CANCELED = "c49e86b525c30f1b55eaf9abbc9837a6"

FILES = {
    "olist_orders_sample.csv": f"""\
order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,\
order_delivered_customer_date,order_estimated_delivery_date
{DELIVERED},f2def7f64f36952f2f5a9791f0285f34,delivered,2018-01-24 23:24:14,2018-01-24 23:37:20,\
2018-01-30 22:43:30,2018-02-02 21:26:42,2018-02-21 00:00:00
{SHORT},2a69da30b726b7f3db7f1059af5d4304,delivered,2016-10-06 14:59:56,2016-10-07 12:13:49,\
2016-11-17 08:27:59,2016-11-17 16:23:46,2016-11-30 00:00:00
{CANCELED},8fa9f17f7cc7af41d068b9b3f8df51e8,canceled,2017-12-06 19:29:14,,,,2018-01-04 00:00:00
""",
    "olist_order_items_sample.csv": f"""\
order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value
{SHORT},2,6aeed495dcb87dd06532f70dea6ebb5a,b56906f7fd1696e043f1bcce164c487b,2016-10-11 12:13:50,59.90,28.97
{SHORT},1,6aeed495dcb87dd06532f70dea6ebb5a,b56906f7fd1696e043f1bcce164c487b,2016-10-11 12:13:50,59.90,28.97
{DELIVERED},1,85d4c1a46f08f730de651ea6f6645313,3d871de0142ce09b7081e2b9d1733cb1,2018-01-30 23:37:20,59.00,15.16
""",
    "olist_order_payments_sample.csv": f"""\
order_id,payment_sequential,payment_type,payment_installments,payment_value
{DELIVERED},4,voucher,1,0.00
{DELIVERED},1,credit_card,1,36.21
{DELIVERED},2,voucher,1,31.70
{DELIVERED},3,voucher,1,6.25
{SHORT},1,credit_card,5,126.12
{CANCELED},1,credit_card,3,110.24
""",
    "olist_customers_sample.csv": """\
customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state
2a69da30b726b7f3db7f1059af5d4304,f7b62c75467e8ce080b201667cbbc274,22071,rio de janeiro,RJ
8fa9f17f7cc7af41d068b9b3f8df51e8,5105b52fa696cbca4cd3ddade05149fd,35365,abre campo,MG
f2def7f64f36952f2f5a9791f0285f34,cc5aa1b8337e394da54980226bb0f6d4,21040,rio de janeiro,RJ
""",
    "olist_products_dataset.csv": """\
"product_id","product_category_name","product_name_lenght","product_weight_g"
"6aeed495dcb87dd06532f70dea6ebb5a",beleza_saude,64,3100
"85d4c1a46f08f730de651ea6f6645313",,50,500
""",
    "olist_sellers_dataset.csv": """\
seller_id,seller_zip_code_prefix,seller_city,seller_state
3d871de0142ce09b7081e2b9d1733cb1,13232,campo limpo paulista,SP
b56906f7fd1696e043f1bcce164c487b,19830,echapora,SP
""",
    "product_category_name_translation.csv": """\
\ufeffproduct_category_name,product_category_name_english
beleza_saude,health_beauty
""",
}


def write(folder: Path) -> Path:
    """Write the files into the folder: those of the samples packed, the others plain."""
    for name, text in FILES.items():
        if "sample" in name:
            (folder / f"{name}.gz").write_bytes(gzip.compress(text.encode()))
        else:
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def change(folder: Path, *, file: str, old: str, new: str) -> None:
    """Replace a piece of one file, which must be there exactly once."""
    assert FILES[file].count(old) == 1
    (folder / f"{file}.gz").unlink(missing_ok=True)
    (folder / file).write_text(FILES[file].replace(old, new), encoding="utf-8")
