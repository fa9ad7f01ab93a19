// Keeps one page, and how it looks, for when there is no way to the server: a move to another page says so.
"use strict";
const look = location.search.slice(1);
const moved = async ({ request, preloadResponse }) => {
  try {
    return await preloadResponse ?? await fetch(request);
  } catch {
    return await caches.match("/offline") ?? Response.error();
  }
};
addEventListener("install", (event) => event.waitUntil(caches.open("away").then((kept) => kept.addAll(["/offline", look]))));
addEventListener("activate", (event) => event.waitUntil(registration.navigationPreload?.enable()));
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate" && request.method === "GET") event.respondWith(moved(event));
  else if (request.url.endsWith(look)) event.respondWith(caches.match(look).then((kept) => kept ?? fetch(request)));
});
