export const now = {
  allWell: 'All is well.',
  nothingKnownWrong: 'Nothing is known to be wrong.',
  problems: (count: string) => `${count} to look at`,
  unknownLights: 'Not known at present:',
  noMetrics: 'The stack has told nothing of itself for ten minutes or more. A stack that was just started needs five.',
  since: (time: string) => `since ${time}`,
  whatToDo: 'What to do first',
  states: { ok: 'well', warning: 'look at it', danger: 'act now', unknown: 'not known' },
  /** A light by the part of its name before the colon; `subject` is the part behind it. */
  lights: {
    'callbacks-lost': {
      name: () => 'lost callbacks',
      title: (_subject: string, value: string) => `${value} callbacks were lost in the last hour.`,
      todo: () =>
        'Neither SQS nor S3 took them, and IVM sends nothing twice. Look at the state of SQS and S3 in this region, and at the log of receive-callback.',
    },
    'callbacks-refused': {
      name: () => 'refused callbacks',
      title: (_subject: string, value: string) => `${value} callbacks in five minutes were answered 401.`,
      todo: () =>
        'IVM signs with a key, a URL or a clock that is not ours, or somebody else calls. The doctor compares keys and URLs on both sides.',
    },
    'callbacks-stale': {
      name: () => 'clocks of callbacks',
      title: (_subject: string, value: string) => `${value} callbacks in the last hour came with a wrong clock.`,
      todo: () =>
        'They rest in quarantine and are not lost. Find out whose clock is wrong; then they can be admitted from there.',
    },
    'spill-in-use': {
      name: () => 'the way over S3',
      title: (_subject: string, value: string) => `${value} callbacks wait under spill/ in S3.`,
      todo: () =>
        'SQS refuses them or can’t hold them. Nothing is lost, and they come back by themselves. Look at the state of SQS, and whether a camera sends bodies above 1 MB.',
    },
    'spill-stuck': {
      name: () => 'stuck callbacks',
      title: (_subject: string, value: string) => `${value} callbacks under spill/ do not come back.`,
      todo: () =>
        'Look at the log of recover-spill for their keys, and at the log of their store function for the reason.',
    },
    'account-refused': {
      name: () => 'the account at IVM',
      title: () => 'IVM refuses the account: frozen, kicked out or not allowed.',
      todo: () => 'Sign in to the IVM console and have it repaired, then send dead letters back.',
    },
    'token-rejected': {
      name: () => 'tokens at IVM',
      title: () => 'IVM refuses a token that it has just given.',
      todo: () => 'Somebody else may use the same AK/SK pair: give this stack a pair of its own.',
    },
    token: {
      name: () => 'the access token',
      title: (_subject: string, value: string) => `The access token ends in ${value}.`,
      todo: () => 'Look at the log of rotate-token; setup gets a token at once.',
    },
    'dead-letters': {
      name: (subject: string) => `dead letters of ${subject}`,
      title: (subject: string, value: string) => `${value} messages of the queue ${subject} could not be worked on.`,
      todo: () => 'They rest for 14 days. See why under Data, repair the cause, then send them back.',
    },
    'queue-late': {
      name: (subject: string) => `age of the queue ${subject}`,
      title: (subject: string, value: string) => `The oldest message of the queue ${subject} is ${value} old.`,
      todo: (subject: string) =>
        ({
          alarms: 'Look at the log of store-alarms: is DynamoDB or S3 refusing?',
          devices: 'Look at the log of track-devices: is DynamoDB or S3 refusing?',
          intelligence: 'Look at the log of store-intelligence; if it only falls behind, raise its maximumConcurrency.',
          pictures: 'Picture URLs live five minutes. Look at the log of store-pictures: is IVM slow, or refusing?',
          'picture-retries': 'Look at the log of store-pictures: does IVM refuse to name pictures again?',
          snapshots: 'More snapshots are asked for than IVM can take: ask for fewer channels, or less often.',
          statistics: 'Look at the log of export-statistics: is IVM slow, or the account refused?',
        })[subject] ?? 'Look at the log of the function that it feeds.',
    },
    'pictures-missed': {
      name: () => 'missed pictures',
      title: (_subject: string, value: string) => `${value} % of the pictures of the last hour were missed.`,
      todo: () =>
        'forbidden-host among the reasons needs pictureHosts (the doctor names the hosts); expired means that store-pictures falls behind.',
    },
    export: {
      name: (subject: string) => `exports “${subject}”`,
      title: (subject: string, value: string) => `${value} exports of the set ${subject} are not there.`,
      todo: () =>
        'The log of check-exports names them. Look at the log of the function that makes them, then run it by hand for that day.',
    },
  },
  subscriptionLights: {
    silent: {
      title: (subject: string) => `${subject} brings nothing where yesterday and last week it did.`,
      todo: 'It has been registered again. Look in the IVM console whether the devices are online and their packages granted.',
    },
    drifted: {
      title: (subject: string) => `${subject} was not registered as wanted, and has been registered again.`,
      todo: 'Nothing, if it happens once. If it comes back, somebody else registers a URL with the same account.',
    },
    foreign: {
      title: (subject: string) => `${subject} goes to another URL than ours.`,
      todo: 'Find out whose it is. Taking it over replaces it.',
    },
    'no-key': {
      title: (subject: string) => `${subject} has no key to sign with.`,
      todo: 'Setup makes the keys and registers them.',
    },
  },
  figures: {
    title: 'At a glance',
    rate: 'Messages per minute',
    rateNote: 'over five minutes',
    median: 'Delay, median',
    p99: 'Delay, slowest in a hundred',
    delayNote: 'from the camera until stored',
    backlog: 'Waiting in queues',
    token: 'Access token lives',
  },
  period: 'Period',
  periods: { '60': '1 hour', '180': '3 hours', '720': '12 hours', '1440': '1 day' },
  messages: {
    title: 'Messages per minute by type',
    none: 'No message was stored in this time.',
    unknown: 'Nothing is known of this time: the stack has told nothing of itself.',
    gap: 'nothing known',
  },
  delay: {
    title: 'Delay from the camera until stored',
    unit: 'seconds',
    median: 'median',
    p99: 'slowest in a hundred',
    none: 'No delay was measured in this time.',
  },
  queues: {
    title: 'Queues',
    name: 'Queue',
    visible: 'Waiting',
    inFlight: 'In work',
    delayed: 'Delayed',
    age: 'Oldest',
    lateAfter: 'Late after',
    dead: 'Dead letters',
    show: (count: string, name: string) => `Show ${count} dead letters of ${name}`,
  },
  subscriptions: {
    title: 'Subscriptions',
    name: 'Subscription',
    state: 'State',
    last: 'Last message',
    never: 'never',
    checked: (time: string) => `looked at ${time}`,
    neverChecked: 'Nobody has looked at the registrations yet, or this stage does not own them.',
    states: {
      green: 'green',
      silent: 'silent',
      drifted: 'registered again',
      foreign: 'goes elsewhere',
      'no-key': 'no key',
      'never-seen': 'nothing yet',
      unknown: 'not known',
    },
    causes: {
      missing: 'it was missing',
      url: 'its URL was another',
      key: 'its key was another',
      rotation: 'its key was changed',
      silence: 'it was silent',
    },
  },
  exports: {
    title: (date: string) => `Exports of ${date}`,
    set: 'Set',
    there: 'There',
    of: (there: string, expected: string) => `${there} of ${expected}`,
    rows: 'Rows',
    published: 'Last published',
    firstNight: 'made for the first time tonight',
    late: (names: string) => `missing: ${names}`,
    sets: { people: 'People', events: 'Events', counts: 'Counts', heatmaps: 'Heatmaps' },
    unknown: 'The exports could not be looked at.',
  },
};
