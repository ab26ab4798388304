export function NowView() {
  return null;
}
