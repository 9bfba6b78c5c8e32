/** Where one writes: a text field that grows, Enter sends, the draft survives a reload, a file can be added. */
import { need } from "./dom.js";
import { forget, keep, recall } from "./keep.js";
import { words } from "./words.js";

export const FILE_LIMIT = 10 * 1024 * 1024;

export class Composer {
  /**
   * @param {HTMLFormElement} form
   * @param {string} key names the draft
   * @param {{ text: (text: string) => void, file?: (file: File) => void, problem: (text: string) => void }} on
   */
  constructor(form, key, on) {
    this.form = form;
    this.name = `draft.${key}`;
    this.on = on;
    this.field = need(form, "textarea", HTMLTextAreaElement);
    this.field.value = this.field.value || recall(this.name, "");
    this.grow();
    this.field.addEventListener("input", () => {
      this.grow();
      keep(this.name, this.field.value);
      on.problem("");
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.submit();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    const files = form.querySelector("input[type=file]");
    if (files instanceof HTMLInputElement) {
      form.querySelector("[data-attach]")?.addEventListener("click", () => files.click());
      files.addEventListener("change", () => {
        this.take(files.files?.[0]);
        files.value = "";
      });
      this.field.addEventListener("paste", (event) => {
        const file = event.clipboardData?.files[0];
        if (!file) return;
        event.preventDefault();
        this.take(file);
      });
      this.dropInto(form.closest(".chat") ?? form);
    }
  }

  /** Files dropped anywhere on the chat are taken. @param {Element} area */
  dropInto(area) {
    const carries = (/** @type {Event} */ event) => event instanceof DragEvent && event.dataTransfer?.types.includes("Files");
    area.addEventListener("dragover", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      area.classList.add("drop");
    });
    area.addEventListener("dragleave", (event) => {
      if (event instanceof DragEvent && !(event.relatedTarget instanceof Node && area.contains(event.relatedTarget)))
        area.classList.remove("drop");
    });
    area.addEventListener("drop", (event) => {
      if (!carries(event) || !(event instanceof DragEvent)) return;
      event.preventDefault();
      area.classList.remove("drop");
      this.take(event.dataTransfer?.files[0]);
    });
  }

  submit() {
    const text = this.field.value.trim();
    if (text === "") return;
    this.field.value = "";
    forget(this.name);
    this.grow();
    this.on.text(text);
  }

  /** @param {File | undefined} file */
  take(file) {
    if (!file) return;
    if (file.size > FILE_LIMIT) this.on.problem(words.tooLarge(file.name));
    else if (file.size === 0) this.on.problem(words.emptyFile(file.name));
    else {
      this.on.problem("");
      this.on.file?.(file);
    }
  }

  /** Text that must not be lost comes back into the field. @param {string} text */
  giveBack(text) {
    this.field.value = [this.field.value, text].filter(Boolean).join("\n");
    keep(this.name, this.field.value);
    this.grow();
  }

  /** The keyboard that fits what is asked. @param {import("./types.js").Metadata["expects"]} expects */
  suit(expects) {
    const field = expects?.type === "field" ? (expects.field ?? "") : "";
    this.field.inputMode = field === "email" ? "email" : field === "phone" ? "tel" : "text";
    this.field.autocomplete = field === "email" ? "email" : field === "phone" ? "tel" : field === "name" ? "name" : "off";
  }

  grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight + 2}px`;
  }
}
