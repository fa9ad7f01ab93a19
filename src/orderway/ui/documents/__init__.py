"""Quotations, invoices and packing slips: to print, and as PDF."""
