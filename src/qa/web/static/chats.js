// The chats of this browser: what was asked and answered, with its citations, kept here and nowhere else.
"use strict";

const KEY = "qa-chats";
const MOST_CHATS = 20;
const MOST_EXCHANGES = 50;
// Storage holds about five million characters; older chats give way.
const LARGEST = 3_000_000;

function read() {
  try {
    const chats = JSON.parse(localStorage.getItem(KEY) || "[]");
    return Array.isArray(chats) ? chats.filter((chat) => Array.isArray(chat?.exchanges)) : [];
  } catch {
    return [];
  }
}

function write(chats) {
  const kept = chats.slice(0, MOST_CHATS);
  if (!kept.length) removeAll();
  while (kept.length) {
    const text = JSON.stringify(kept);
    try {
      if (text.length <= LARGEST || kept.length <= 1) {
        localStorage.setItem(KEY, text);
        return;
      }
    } catch {
      if (kept.length <= 1) return; // nothing can be kept here: the chat lives as long as the page
    }
    kept.pop();
  }
}

export const all = read;

export function save(chat) {
  chat.exchanges = chat.exchanges.slice(-MOST_EXCHANGES);
  const others = read().filter((other) => other.id !== chat.id);
  write(chat.exchanges.length ? [{ ...chat, time: new Date().toISOString() }, ...others] : others);
}

export function remove(id) {
  write(read().filter((chat) => chat.id !== id));
}

export function removeAll() {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // nothing was kept
  }
}

export function fresh() {
  return { id: crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}.${Math.random()}`, exchanges: [] };
}

// A tab goes on with its own chat after a reload, another one starts anew.
export function current() {
  try {
    const id = sessionStorage.getItem("qa-chat");
    return read().find((chat) => chat.id === id) || null;
  } catch {
    return null;
  }
}

export function setCurrent(id) {
  try {
    sessionStorage.setItem("qa-chat", id);
  } catch {
    // without storage a reload starts anew
  }
}
