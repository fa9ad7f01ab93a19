"""`python -m orderway.graphql` prints the schema: `make docs` keeps it as schema.graphql."""

import sys

from orderway.graphql.schema import printed

sys.stdout.write(printed())
