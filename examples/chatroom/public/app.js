"use strict";

const main = document.querySelector("main[data-live]");
const state = document.querySelector("#state");
const retryMs = 500;      // after a release, the next version is there by then
const typingMs = 3000;    // how long somebody is said to be typing

// What the server sent with the page, and where the stream of messages goes on after any break.
const room = Number(main?.dataset.room);
const user = main?.dataset.user;
let last = Number(main?.dataset.last);
let newest = Number(main?.dataset.newest);  // heard of any room: ids rise over all of them
let socket = null;

const rooms = () => [...document.querySelectorAll("#rooms li[data-room]")];
const send = (words) => {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(words));
};

// textContent, never innerHTML: what people write is text, whatever it looks like.
function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function showMessage(message) {
  if (message.id <= last) return;
  last = message.id;
  const item = document.createElement("li");
  item.append(element("b", message.author), " ", message.body);
  document.querySelector("#messages").append(item);
  item.scrollIntoView({ block: "end" });
  markRead();
}

// Seen is what is on the page while somebody can see the page.
function markRead() {
  if (user && !document.hidden) send({ read: `room:${room}`, id: last });
}

function markUnread(item) {
  const mark = item.querySelector(".unread") ?? item.appendChild(element("span", "0"));
  mark.className = "unread";
  mark.textContent = Number.parseInt(mark.textContent, 10) + 1;
}

let typingEnds = 0;
function showTyping(author) {
  if (author === (user || localStorage.getItem("author"))) return;
  document.querySelector("#typing").textContent = `${author} is typing…`;
  clearTimeout(typingEnds);
  typingEnds = setTimeout(() => { document.querySelector("#typing").textContent = ""; }, typingMs);
}

function showHere(names) {
  document.querySelector("#here").replaceChildren(...names.map((name) => element("li", name)));
}

function hear(news) {
  const [kind, id] = (news.channel ?? "").split(":");
  if (kind === "typing") showTyping(news.event.author);
  if (kind === "presence") showHere(news.event.here);
  if (kind !== "room") return;
  newest = Math.max(newest, news.id);
  if (Number(id) === room) showMessage(news.message);
  else rooms().filter((item) => item.dataset.room === id).forEach(markUnread);
}

// Whatever ends a connection, a release among it: the next one goes on after the last message.
function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new WebSocket(`${scheme}://${location.host}/ws`);
  socket.onopen = () => {
    state.textContent = "live";
    send({ subscribe: `room:${room}`, after: last });
    send({ subscribe: `typing:${room}` });
    send({ subscribe: `presence:${room}` });
    if (user) send({ here: `room:${room}` });
    for (const item of rooms()) {
      const other = item.dataset.room;
      if (Number(other) !== room) send({ subscribe: `room:${other}`, after: newest });
    }
    markRead();
    showVersion();
  };
  socket.onmessage = ({ data }) => data.trimEnd().split("\n").forEach((line) => hear(JSON.parse(line)));
  socket.onclose = () => {
    state.textContent = "reconnecting";
    setTimeout(connect, retryMs);
  };
}

async function showVersion() {
  try {
    const { version } = await (await fetch("/version")).json();
    document.querySelector("#version").textContent = version;
  } catch { /* the next connection shows it */ }
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
      if (answer.ok) return "";
      if (answer.status < 500) return (await answer.json()).error;
    } catch { /* the network: try again */ }
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
  return "not sent, try again";
}

// crypto.randomUUID exists on https and localhost only.
function randomId() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(16)).join("-");
}

function begin() {
  const form = document.querySelector("#form");
  if (form.author) {
    form.author.value = localStorage.getItem("author") ?? "";
    form.author.addEventListener("change", () => localStorage.setItem("author", form.author.value));
  }
  form.body.addEventListener("input", () => {
    const author = form.author ? { author: form.author.value } : {};
    if (!form.author || form.author.value) send({ typing: `room:${room}`, ...author });
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const message = { room: String(room), body: form.body.value, client_id: randomId() };
    if (form.author) message.author = form.author.value;
    form.body.value = "";
    const problem = await post(message);
    if (!problem) return;
    form.body.value = message.body;
    state.textContent = problem;
  });
  document.addEventListener("visibilitychange", markRead);
  document.querySelector("#messages").lastElementChild?.scrollIntoView({ block: "end" });
  connect();
}

if (main) begin();
