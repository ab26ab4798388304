import type { CameraDetails } from '../../../dashboard/camera-details.ts';
import { useAnswer } from '../../api.ts';
import { useFormat } from '../../format.ts';
import { hashOf } from '../../location.ts';
import { Answered } from '../../parts/answered.tsx';
import { Card } from '../../parts/card.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Empty, Notice } from '../../parts/notice.tsx';
import { StoredPicture } from '../../parts/stored-picture.tsx';
import { Words } from '../../parts/word.tsx';
import { useTexts } from '../../settings.tsx';
import { CompletenessCard } from './completeness.tsx';
import { QualityCard } from './quality.tsx';
import { SnapshotsCard } from './snapshots.tsx';
import { PackageBadge, StateBadge } from './state-badge.tsx';

/** All that is known of one camera. */
export function CameraPage({ id, filters }: { id: string; filters: URLSearchParams }) {
  const { cameras: texts } = useTexts();
  const range = { from: filters.get('from') ?? undefined, to: filters.get('to') ?? undefined };
  const answer = useAnswer<CameraDetails>(`cameras/${id}`, range);
  return (
    <>
      <p>
        <a href={hashOf('cameras')}>
          <Icon name="left" /> {texts.back}
        </a>
      </p>
      <Answered answer={answer}>
        {(details) => (
          <div class="stack">
            <div class="cards">
              <Facts details={details} />
              <LastPicture details={details} renew={answer.reload} />
            </div>
            <QualityCard details={details} range={range} />
          </div>
        )}
      </Answered>
      {answer.data === undefined ? null : (
        <>
          <CompletenessCard id={id} />
          <SnapshotsCard id={id} name={answer.data.camera.name} filters={filters} />
        </>
      )}
    </>
  );
}

function Facts({ details: { camera, is_listed: isListed } }: { details: CameraDetails }) {
  const { cameras: texts } = useTexts();
  const format = useFormat();
  return (
    <Card title={camera.name} aside={<a href={hashOf('events', { camera: camera.id })}>{texts.events}</a>}>
      {isListed ? null : <Notice tone="warning">{texts.notListed}</Notice>}
      <dl class="facts">
        <dt>{texts.state}</dt>
        <dd>
          <StateBadge state={camera.state} />{' '}
          {camera.since === null ? null : <span class="note">{texts.since(format.dateTime(camera.since))}</span>}
        </dd>
        <dt>{texts.package}</dt>
        <dd>
          <PackageBadge camera={camera} />
        </dd>
        <dt>{texts.device}</dt>
        <dd>{camera.device_name === '' ? '–' : camera.device_name}</dd>
        <dt>{texts.deviceId}</dt>
        <dd class="id">{camera.device_id}</dd>
        <dt>{texts.channelId}</dt>
        <dd class="id">{camera.channel_id}</dd>
        <dt>{texts.protocol}</dt>
        <dd>{camera.protocol ?? '–'}</dd>
        <dt>{texts.abilities}</dt>
        <dd>{camera.abilities.length === 0 ? '–' : <Words of="ability" codes={camera.abilities} />}</dd>
      </dl>
    </Card>
  );
}

function LastPicture({ details, renew }: { details: CameraDetails; renew: () => void }) {
  const { cameras: texts } = useTexts();
  const format = useFormat();
  const { last_picture: picture, camera } = details;
  return (
    <Card title={texts.lastPicture}>
      {picture === null ? (
        <Empty>{texts.noPicture}</Empty>
      ) : (
        <figure class="last-picture">
          <StoredPicture
            link={picture.link}
            alt={texts.pictureOf(camera.name, format.dateTime(picture.at))}
            renew={renew}
          />
          <figcaption class="note">
            <a href={hashOf('events', {}, picture.event)}>{format.dateTime(picture.at)}</a> ·{' '}
            <Words of="message-type" codes={[picture.message_type]} />
          </figcaption>
        </figure>
      )}
    </Card>
  );
}
