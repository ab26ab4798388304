import { useId } from 'preact/hooks';
import { useCameraNames } from '../cameras.ts';
import { Field } from './filters.tsx';

/** What stands in the field for a camera: its name and, since names may be given twice, its ids. */
const written = ({ name, device_id, channel_id }: { name: string; device_id: string; channel_id: string }) =>
  `${name} (${device_id}/${channel_id})`;

/** A camera, found by typing a piece of its name or its ids: there may be thousands. */
export function CameraChoice(props: {
  label: string;
  value: string | undefined;
  onChoose: (id: string | undefined) => void;
}) {
  const cameras = useCameraNames();
  const id = useId();
  const chosen = cameras.find((camera) => camera.id === props.value);
  const choose = (text: string) => {
    if (text === '') props.onChoose(undefined);
    const found = cameras.find((camera) => written(camera) === text);
    if (found !== undefined) props.onChoose(found.id);
  };
  return (
    <Field label={props.label}>
      <input
        type="search"
        list={id}
        key={chosen?.id ?? ''}
        defaultValue={chosen === undefined ? '' : written(chosen)}
        onInput={(event) => choose(event.currentTarget.value)}
      />
      <datalist id={id}>
        {cameras.map((camera) => (
          <option key={camera.id} value={written(camera)} />
        ))}
      </datalist>
    </Field>
  );
}
