"""The pages: server-made, whole without JavaScript, over the same reads and the same door as the API."""
