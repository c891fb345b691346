// Part of the preview only: reloads the page when a new version is built and shows what is wrong with the sources.
(() => {
  "use strict";
  const here = new URL(document.currentScript.src).searchParams.get("v");
  let source = null;
  let box = null;

  const hide = () => {
    if (box) box.remove();
    box = null;
  };

  const show = (findings) => {
    hide();
    box = document.createElement("section");
    box.id = "keben-findings";
    box.setAttribute("role", "alert");
    box.style.cssText =
      "position:fixed;z-index:2147483647;left:0;right:0;bottom:0;max-height:60vh;overflow:auto;" +
      "box-sizing:border-box;padding:12px 16px;background:#1f1f1f;color:#f5f5f5;" +
      "border-top:4px solid #d32f2f;font:14px/1.6 system-ui,sans-serif;text-align:left";
    const head = document.createElement("p");
    head.style.cssText = "margin:0 48px 8px 0;font-weight:bold";
    head.textContent =
      document.documentElement.lang.startsWith("en")
        ? "The sources have errors; this page is the last good version"
        : "内容有错误，页面仍是上一次成功的版本";
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "×";
    close.setAttribute("aria-label", "关闭 / Close");
    close.style.cssText =
      "position:absolute;top:8px;right:12px;min-width:32px;min-height:32px;font-size:20px;" +
      "color:inherit;background:none;border:1px solid #8a8a8a;border-radius:4px;cursor:pointer";
    close.addEventListener("click", hide);
    const text = document.createElement("pre");
    text.tabIndex = 0;
    text.style.cssText =
      "margin:0;padding:0;background:none;color:inherit;border:0;white-space:pre-wrap;" +
      "font:13px/1.6 ui-monospace,Consolas,monospace";
    text.textContent = findings;
    box.append(head, close, text);
    document.body.append(box);
  };

  // A hidden tab gives its connection back: a browser allows few to one server.
  const connect = () => {
    if (source) source.close();
    source = null;
    if (document.hidden) return;
    source = new EventSource("/_keben/events");
    source.addEventListener("message", (event) => {
      const state = JSON.parse(event.data);
      if (state.version !== here) location.reload();
      else if (state.findings) show(state.findings);
      else hide();
    });
  };

  document.addEventListener("visibilitychange", connect);
  addEventListener("pageshow", connect);
  addEventListener("pagehide", () => {
    if (source) source.close();
    source = null;
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
})();
