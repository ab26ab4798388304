import { useEffect, useRef } from 'preact/hooks';
import type { EventDetails, EventPart } from '../../../dashboard/event-details.ts';
import { useAnswer } from '../../api.ts';
import { useFormat } from '../../format.ts';
import { hashOf } from '../../location.ts';
import { Card } from '../../parts/card.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Badge, Empty, Failed, Loading, Notice } from '../../parts/notice.tsx';
import { useTexts } from '../../settings.tsx';
import { useFieldWords, useWords } from '../../words.ts';
import { type EventWords, useEventWords } from './event-words.ts';
import { MessageFields } from './message-fields.tsx';
import { PictureViewer } from './picture-viewer.tsx';

type PanelProps = {
  id: string;
  filters: { [name: string]: string };
  newer: string | undefined;
  older: string | undefined;
};

/** An event with everything that is stored of it. */
export function EventPanel({ id, filters, newer, older }: PanelProps) {
  const { events: texts, common } = useTexts();
  const answer = useAnswer<EventDetails>(`events/${encodeURIComponent(id)}`);
  const words = useEventWords();
  const heading = useRef<HTMLHeadingElement>(null);
  const event = answer.isLoading ? undefined : answer.data;
  useEffect(() => {
    const leave = ({ key }: KeyboardEvent) => {
      if (key === 'Escape') window.location.hash = hashOf('events', filters);
    };
    window.addEventListener('keydown', leave);
    return () => window.removeEventListener('keydown', leave);
  }, [filters]);
  // What has been opened is what is read next, also by those who hear the page.
  useEffect(() => heading.current?.focus(), [event?.id]);
  return (
    <article class="event-panel" aria-busy={answer.isLoading}>
      <nav class="event-nav">
        <a href={hashOf('events', filters)}>
          <Icon name="left" /> {texts.back}
        </a>
        <span class="buttons">
          <Step label={texts.newer} id={newer} filters={filters} />
          <Step label={texts.older} id={older} filters={filters} />
          <CopyButton
            label={common.copyLink}
            text={() => `${window.location.origin}${window.location.pathname}${hashOf('events', {}, id)}`}
          />
        </span>
      </nav>
      {answer.error === undefined ? null : answer.error.status === 404 ? (
        <Notice tone="warning">{texts.gone}</Notice>
      ) : (
        <Failed error={answer.error} retry={answer.reload} />
      )}
      {event === undefined || answer.error !== undefined ? (
        answer.error === undefined && <Loading />
      ) : (
        <>
          <h2 tabIndex={-1} ref={heading}>
            {words.headline({ type: event.type, summary: event.attributes })} · {words.camera(event.camera)}
          </h2>
          <OpenEvent event={event} words={words} />
        </>
      )}
    </article>
  );
}

const Step = (props: { label: string; id: string | undefined; filters: { [name: string]: string } }) =>
  props.id === undefined ? (
    <span class="step" aria-disabled="true">
      {props.label}
    </span>
  ) : (
    <a class="step" href={hashOf('events', props.filters, props.id)}>
      {props.label}
    </a>
  );

function OpenEvent({ event, words }: { event: EventDetails; words: EventWords }) {
  const { events: texts } = useTexts();
  const fieldWords = useFieldWords();
  return (
    <div class="event-parts">
      <div class="event-side">
        {event.pictures.length === 0 && event.boxes.length === 0 ? null : (
          <Card title={texts.pictures}>
            <PictureViewer event={event} words={words} />
            <MissingPictures event={event} words={words} />
          </Card>
        )}
        <About event={event} words={words} />
      </div>
      <div class="event-side">
        <Card title={texts.attributes}>
          {event.fields.length === 0 ? (
            <OwnAttributes event={event} />
          ) : (
            <MessageFields messageType={event.type} fields={event.fields} fieldWords={fieldWords} />
          )}
          {event.has_more_fields ? <p class="note">{texts.moreFields}</p> : null}
        </Card>
        <Parts event={event} words={words} />
        <Oddities title={texts.problems} lines={event.problems} />
        <Oddities title={texts.unknownFields} lines={event.unknown_fields} />
      </div>
      <Json event={event} />
    </div>
  );
}

function MissingPictures({ event, words }: { event: EventDetails; words: EventWords }) {
  const { events: texts } = useTexts();
  const format = useFormat();
  const away = event.pictures.filter(({ link }) => link === undefined);
  return (
    <>
      {away.length === 0 ? null : (
        <section>
          <h3>{texts.missing}</h3>
          <ul class="missing">
            {away.map(({ kind, status, reason, attempts, next_try_at: next }) => (
              <li key={kind}>
                <strong>{words.picture(kind)}</strong>{' '}
                <Badge tone={status === 'missing' ? 'warning' : 'neutral'}>{words.status(status)}</Badge>
                <span class="note">
                  {[
                    ...(reason === null ? [] : [words.reason(reason, kind)]),
                    ...(attempts === null || attempts === 0 ? [] : [texts.attempts(attempts)]),
                    ...(next === null ? [] : [texts.nextTry(format.dateTime(next))]),
                  ].join(' · ')}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {event.pictures_skipped.length === 0 ? null : (
        <p class="note">{texts.skipped(event.pictures_skipped.map(words.picture).join(', '))}</p>
      )}
      {event.has_more_pictures ? <p class="note">{texts.someSkipped}</p> : null}
    </>
  );
}

function About({ event, words }: { event: EventDetails; words: EventWords }) {
  const { events: texts } = useTexts();
  const word = useWords();
  const format = useFormat();
  const source = event.occurred_at_source;
  const lateMs = event.received_at === null ? 0 : Date.parse(event.received_at) - Date.parse(event.occurred_at);
  const late = format.duration(Math.abs(lateMs) / 1_000);
  const entries: [string, string | undefined][] = [
    [texts.type, words.type(event.type)],
    [
      texts.occurredAt,
      source === 'none'
        ? word('occurred-at-source', source)
        : `${format.dateTime(event.occurred_at)}${source === null ? '' : ` (${word('occurred-at-source', source)})`}`,
    ],
    [
      texts.receivedAt,
      event.received_at === null
        ? undefined
        : `${format.dateTime(event.received_at)}${source === 'none' ? '' : ` (${lateMs < 0 ? texts.before(late) : texts.after(late)})`}`,
    ],
    [texts.camera, words.camera(event.camera)],
    [texts.deviceId, event.camera.device_id],
    [texts.channelId, event.camera.channel_id],
    [texts.messageId, event.attributes['message_id']],
    [texts.raw, event.raw === null ? undefined : texts.rawLine(event.raw.key, event.raw.line)],
    [texts.keptUntil, event.kept_until === null ? undefined : format.day(event.kept_until)],
  ];
  return (
    <Card title={texts.about}>
      <dl class="about">
        {entries.map(([name, value]) =>
          value === undefined || value === '' ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      {event.type === 'device_alarm' ? <p class="note">{texts.momentary}</p> : null}
    </Card>
  );
}

function OwnAttributes({ event }: { event: EventDetails }) {
  const { events: texts } = useTexts();
  const entries = Object.entries(event.attributes);
  return entries.length === 0 ? <Empty>{texts.noFields}</Empty> : <Attributes attributes={event.attributes} />;
}

const Attributes = ({ attributes }: { attributes: { readonly [name: string]: string } }) => (
  <dl class="about">
    {Object.entries(attributes).map(([name, value]) => (
      <div key={name}>
        <dt>
          <code>{name}</code>
        </dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);

/** What every part has in common with its event. */
const ofEvent = new Set(['message_id', 'body_sha256']);

function Parts({ event, words }: { event: EventDetails; words: EventWords }) {
  const { events: texts } = useTexts();
  if (event.parts.length === 0) return null;
  const nameOf = ({ part, index, camera }: EventPart) => {
    const name = part === 'target' ? texts.target(Number(index) + 1) : texts.device(Number(index) + 1);
    return camera.id === event.camera.id ? name : `${name} · ${words.camera(camera)}`;
  };
  return (
    <Card title={texts.parts}>
      {event.parts.map((part) => (
        <details key={`${part.part}${part.index}`}>
          <summary>{nameOf(part)}</summary>
          <Attributes
            attributes={Object.fromEntries(Object.entries(part.attributes).filter(([name]) => !ofEvent.has(name)))}
          />
        </details>
      ))}
      {event.has_more_parts ? <p class="note">{texts.moreParts}</p> : null}
    </Card>
  );
}

const Oddities = ({ title, lines }: { title: string; lines: readonly string[] }) =>
  lines.length === 0 ? null : (
    <Card title={title}>
      <ul class="oddities">
        {lines.map((line) => (
          <li key={line}>
            <code>{line}</code>
          </li>
        ))}
      </ul>
    </Card>
  );

function Json({ event }: { event: EventDetails }) {
  const { events: texts } = useTexts();
  const { json, meta, json_link: link } = event;
  if (json === null && link === undefined) return null;
  return (
    <Card
      title={texts.json}
      aside={json === null ? undefined : <CopyButton label={texts.copyJson} text={() => json} />}
    >
      {json === null ? (
        <p class="note">{texts.jsonTooLong}</p>
      ) : (
        <pre class="json" tabIndex={0} role="region" aria-label={texts.jsonLabel}>
          {json}
        </pre>
      )}
      {link === undefined ? null : <a href={link.url}>{texts.jsonDownload}</a>}
      {meta === null ? null : (
        <details>
          <summary>{texts.meta}</summary>
          <pre class="json">{meta}</pre>
        </details>
      )}
    </Card>
  );
}
