// The draft's page: saves as it is typed, answers keys, asks once more before signing. Each part only adds.
import { followKeys } from "./note-keys.js";
import { startWork } from "./note-rows.js";
import { saveAsTyped } from "./note-saving.js";
import { askBeforeSigning } from "./note-signing.js";

const parts = {
  "note-saving": saveAsTyped,
  "note-signing": askBeforeSigning,
  "note-keys": followKeys,
  "note-rows": startWork,
};

for (const [name, enhance] of Object.entries(parts)) {
  const place = document.querySelector(`[data-enhance~="${name}"]`);
  if (place) enhance(place);
}
