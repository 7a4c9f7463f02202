"use strict";

const list = document.querySelector("#messages");
const form = document.querySelector("#form");
const state = document.querySelector("#state");
let last = 0;  // the newest message on the page: where the stream goes on after any break

// textContent, never innerHTML: what people write is text, whatever it looks like.
function show(message) {
  if (message.id <= last) return;
  last = message.id;
  const item = document.createElement("li");
  const author = document.createElement("b");
  author.textContent = message.author;
  item.append(author, message.body);
  list.append(item);
  item.scrollIntoView({ block: "end" });
}

// The browser reopens a broken stream itself with Last-Event-ID; it gives up when the answer is an
// error, as while a proxy has no app to ask. Then we open a new one after the last message.
function listen() {
  const events = new EventSource(`/events?after=${last}`);
  events.onopen = () => { state.textContent = "live"; showVersion(); };
  events.onmessage = (event) => show(JSON.parse(event.data));
  events.onerror = () => {
    state.textContent = "reconnecting";
    if (events.readyState !== EventSource.CLOSED) return;
    events.close();
    setTimeout(listen, 500);
  };
}

async function showVersion() {
  const { version } = await (await fetch("/version")).json();
  document.querySelector("#version").textContent = version;
}

// The same client_id on every try: the server keeps one message, however often it hears it.
async function post(message) {
  for (let tries = 0; tries < 5; ++tries) {
    try {
      const answer = await fetch("/messages", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(message),
      });
      if (answer.ok) return true;
      if (answer.status < 500) return false;
    } catch { /* the network: try again */ }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return false;
}

// crypto.randomUUID exists on https and localhost only.
function randomId() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(16)).join("-");
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const message = { author: form.author.value, body: form.body.value, client_id: randomId() };
  localStorage.setItem("author", message.author);
  form.body.value = "";
  if (!await post(message)) {
    form.body.value = message.body;
    state.textContent = "not sent, try again";
  }
});

async function start() {
  form.author.value = localStorage.getItem("author") ?? "";
  try {
    const { messages } = await (await fetch("/messages?limit=50")).json();
    messages.forEach(show);
  } catch { /* the stream brings them */ }
  listen();
}

start();
