import type { ComponentChildren } from 'preact';
import type { Camera, CameraState } from '../../../dashboard/cameras.ts';
import { Badge, type Tone } from '../../parts/notice.tsx';
import { useTexts } from '../../settings.tsx';

const toneOfState: { readonly [state in CameraState]: Tone | 'neutral' } = {
  online: 'ok',
  offline: 'danger',
  unknown: 'warning',
  gone: 'neutral',
};
const toneOfPackage: { readonly [status in Camera['package']]: Tone | 'neutral' } = {
  granted: 'ok',
  'no-package': 'warning',
  gone: 'neutral',
  unknown: 'neutral',
};

/** Whether a camera is there; the word unless something else is given. */
export function StateBadge({ state, children }: { state: CameraState; children?: ComponentChildren }) {
  const { states } = useTexts().cameras;
  return <Badge tone={toneOfState[state]}>{children ?? states[state]}</Badge>;
}

/** Whether a camera has the packages that it needs, and what is lacking. */
export function PackageBadge({ camera }: { camera: Camera }) {
  const { cameras: texts } = useTexts();
  const lackingTexts: { readonly [reason: string]: string } = texts.lacking;
  return (
    <>
      <Badge tone={toneOfPackage[camera.package]}>{texts.packages[camera.package]}</Badge>
      {camera.lacking.map((reason) => (
        <div key={reason} class="note">
          {lackingTexts[reason] ?? reason}
        </div>
      ))}
    </>
  );
}
