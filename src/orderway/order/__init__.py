"""The order as a whole: read across its quotation, sale and fulfillment, each part as its viewer may see it."""
