"use strict";
// Asks the same question again and again: by long polling while the page is seen, now and then just after it was
// hidden, not at all when it has been hidden for long. A server that does not answer is asked more and more rarely.
(function () {
  const longest = 25; // seconds that one question may stay open
  const hiddenPause = 5; // seconds between two questions of a page that nobody sees
  const hiddenFor = 60; // seconds after which a hidden page asks no more
  const mostPause = 60;

  // ask(seconds, signal) resolves to the seconds to rest before the next question. `told` hears whether it works.
  window.phone.keepAsking = function (ask, told) {
    let stopped = false;
    let question = new AbortController();
    let wake = function () {};
    let hiddenSince = document.hidden ? performance.now() : null;

    function rest(seconds) {
      return new Promise(function (resolve) {
        const timer = seconds === Infinity ? null : setTimeout(resolve, seconds * 1000);
        wake = function () {
          clearTimeout(timer);
          resolve();
        };
      });
    }

    function pauseWhenHidden() {
      return (performance.now() - hiddenSince) / 1000 > hiddenFor ? Infinity : hiddenPause;
    }

    async function keep() {
      let failures = 0;
      while (!stopped) {
        const asked = performance.now();
        let pause;
        question = new AbortController();
        try {
          pause = await ask(document.hidden ? 0 : longest, question.signal);
          failures = 0;
          told(true);
        } catch (failure) {
          const interrupted = failure.name === "AbortError";
          failures += interrupted ? 0 : 1;
          pause = interrupted ? 0 : Math.min(mostPause, 2 ** failures);
          if (failures > 1) {
            told(false);
          }
        }
        // Never more than one question in a second, whatever the answers are.
        pause = Math.max(pause, 1 - (performance.now() - asked) / 1000);
        await rest(document.hidden ? Math.max(pause, pauseWhenHidden()) : pause);
      }
    }

    function look() {
      question.abort();
      wake();
    }

    document.addEventListener("visibilitychange", function () {
      hiddenSince = document.hidden ? performance.now() : null;
      look(); // a hidden page holds no connection open; one that is seen again looks at once
    });
    window.addEventListener("online", look);
    keep();
    return {
      look: look,
      stop: function () {
        stopped = true;
        look();
      },
    };
  };
})();
