/** Whether a tap is needed for the system's share sheet: web views of phones have no downloads. */
const hasShareSheet = (file: File): boolean =>
  matchMedia("(pointer: coarse)").matches && Boolean(navigator.canShare?.({ files: [file] }));

/** True when saving has to begin with a tap: a file that took long to come is then offered with a button. */
export const needsTapToSave = hasShareSheet;

/** Through the system's share sheet where there is one, else as a download. False when the person changed his mind. */
export async function saveFile(file: File): Promise<boolean> {
  if (hasShareSheet(file)) {
    try {
      await navigator.share({ files: [file] });
      return true;
    } catch (error) {
      if ((error as DOMException).name === "AbortError") return false;
    }
  }
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  return true;
}
