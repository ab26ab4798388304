export function VehiclesView() {
  return null;
}
