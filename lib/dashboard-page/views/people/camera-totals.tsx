import type { People } from '../../../dashboard/people.ts';
import { useFormat } from '../../format.ts';
import { Card } from '../../parts/card.tsx';
import { Table } from '../../parts/table.tsx';
import { useTexts } from '../../settings.tsx';
import { knownSum } from './comparison.ts';
import { useCameraName } from './controls.tsx';
import { type CountLine, cameraLines, gapTally } from './shown-counts.ts';

/** The cameras that were chosen, each with what it counted and what is not known of it. */
export function CameraTotals({ data }: { data: People }) {
  const { people: texts } = useTexts();
  const format = useFormat();
  const nameOf = useCameraName();
  const unknown = (line: CountLine): string => {
    if (line.reason !== null) return texts.reason(line.reason);
    return gapTally(line)
      .map(([reason, count]) => texts.times(count, reason === 'incomplete' ? texts.incompleteGap : texts.gap[reason]))
      .join(', ');
  };
  return (
    <Card title={texts.cameraTotals} wide>
      <Table
        caption={texts.chosenCameras}
        rows={cameraLines(data)}
        keyOf={({ camera }) => camera ?? ''}
        columns={[
          { title: texts.camera, cell: ({ camera }) => nameOf(camera ?? '') },
          {
            title: texts.in,
            isNumber: true,
            cell: ({ buckets }) => format.count(knownSum(buckets.map((one) => one.in))),
          },
          {
            title: texts.out,
            isNumber: true,
            cell: ({ buckets }) => format.count(knownSum(buckets.map((one) => one.out))),
          },
          { title: texts.net, isNumber: true, cell: (line) => format.count(knownSum(line.net)) },
          { title: texts.unknownStretches, cell: unknown },
        ]}
      />
    </Card>
  );
}
