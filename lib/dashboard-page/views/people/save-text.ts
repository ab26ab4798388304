/** Has the browser save a text as a file. */
export function saveText(name: string, text: string, contentType: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: contentType }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // The browser takes hold of the content when the link is followed, which is over by the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
