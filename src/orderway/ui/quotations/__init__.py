"""The pages of quotations: their list, the editor, and versions side by side."""
