"""What people call the actors of the log."""

from tests.people.company import CUSTOMER, Company

from orderway.ids import new_id
from orderway.people.names import name_of, names_of


async def test_each_actor_has_a_name(company: Company):
    admin, rider, gone = company.ids["admin"], company.ids["rider"], new_id()
    actors = [f"person:{admin}", f"person:{rider}", f"person:{gone}", f"customer:{CUSTOMER}"]
    actors += ["system", "import:olist", "source:olist"]
    async with company.pool.acquire() as connection:
        assert await names_of(connection, actors) == {
            f"person:{admin}": "Admin",
            f"person:{rider}": "Rider",
            f"person:{gone}": "Somebody",
            f"customer:{CUSTOMER}": "Customer",
            "system": "Orderway",
            "import:olist": "Olist import",
            "source:olist": "Olist",
        }
        assert await names_of(connection, []) == {}
        assert await name_of(connection, f"person:{admin}") == "Admin"
