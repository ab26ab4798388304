export function CamerasView() {
  return null;
}
