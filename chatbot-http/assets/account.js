/** One's own account, and the employer's people. */
import { need } from "./dom.js";
import { said } from "./desk.js";
import { words } from "./desk_words.js";

/** @param {import("./api.js").Api} api */
export function openAccount(api) {
  const note = need(document, "#said", HTMLElement);
  const tell = (/** @type {unknown} */ error) => (note.textContent = said(error));

  document.querySelector("#signout")?.addEventListener("click", () => {
    api.request("POST", "/signout").then(() => (location.href = `${api.base}/signin`), tell);
  });
  for (const button of document.querySelectorAll("[data-end]")) {
    const row = button.closest("[data-sign-in]");
    if (!(row instanceof HTMLElement)) continue;
    button.addEventListener("click", () => {
      api.request("DELETE", `/users/me/sign-ins/${row.dataset["signIn"]}`).then(() => {
        row.remove();
        note.textContent = words.signedOut;
        need(document, "#signout", HTMLButtonElement).focus();
      }, tell);
    });
  }
  const form = document.querySelector("#password-form");
  if (form instanceof HTMLFormElement) {
    const field = need(form, "#password", HTMLInputElement);
    const fault = need(form, ".fault", HTMLElement);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      fault.textContent = "";
      api.request("PUT", "/users/me/password", { password: field.value }).then(
        () => {
          field.value = "";
          note.textContent = words.passwordSet;
          note.classList.remove("sr");
          for (const row of document.querySelectorAll("[data-sign-in]")) if (row.querySelector("[data-end]")) row.remove();
        },
        (error) => (fault.textContent = said(error)),
      );
    });
  }
  people(api, tell);
}

/** @param {import("./api.js").Api} api @param {(error: unknown) => void} tell */
function people(api, tell) {
  const note = need(document, "#said", HTMLElement);
  for (const field of document.querySelectorAll("select[data-role]")) {
    const row = field.closest("[data-user]");
    if (!(field instanceof HTMLSelectElement) || !(row instanceof HTMLElement)) continue;
    field.addEventListener("change", () => {
      api
        .request("PATCH", `/users/${row.dataset["user"]}`, {
          role: field.value,
        })
        .then(() => (note.textContent = words.saved), tell);
    });
  }
  const form = document.querySelector("#user-form");
  if (!(form instanceof HTMLFormElement)) return;
  const fault = need(document, "#user-fault", HTMLElement);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    fault.textContent = "";
    api.request("POST", "/users", Object.fromEntries(new FormData(form))).then(
      (/** @type {any} */ added) => {
        const shown = need(document, "#user-added", HTMLElement);
        need(shown, "code", HTMLElement).textContent = added.token;
        shown.hidden = false;
        form.reset();
      },
      (error) => (fault.textContent = said(error)),
    );
  });
}
