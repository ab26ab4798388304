import type { Texts } from '../../texts.ts';

export const now: Texts['now'] = {
  allWell: '一切正常。',
  nothingKnownWrong: '已知的一切正常。',
  problems: (count) => `${count} 项需要处理`,
  unknownLights: '目前未知：',
  noMetrics: '系统已有十分钟以上没有上报指标。刚启动的系统需要五分钟。',
  since: (time) => `自 ${time} 起`,
  whatToDo: '首先要做的',
  states: { ok: '正常', warning: '请查看', danger: '立即处理', unknown: '未知' },
  lights: {
    'callbacks-lost': {
      name: () => '丢失的回调',
      title: (_subject, value) => `最近一小时丢失了 ${value} 条回调。`,
      todo: () =>
        'SQS 和 S3 都没有收下，而 IVM 不会重发。请检查本区域 SQS 与 S3 的状态，以及 receive-callback 的日志。',
    },
    'callbacks-refused': {
      name: () => '被拒绝的回调',
      title: (_subject, value) => `五分钟内有 ${value} 条回调被答复 401。`,
      todo: () => 'IVM 签名所用的密钥、URL 或时钟与我们不一致，或有他人在调用。doctor 会比对两侧的密钥和 URL。',
    },
    'callbacks-stale': {
      name: () => '回调的时钟',
      title: (_subject, value) => `最近一小时有 ${value} 条回调的时钟不对。`,
      todo: () => '它们在隔离区中，没有丢失。请先找出哪一侧的时钟有误，之后可以从隔离区放行。',
    },
    'spill-in-use': {
      name: () => '经由 S3 的通路',
      title: (_subject, value) => `S3 的 spill/ 下有 ${value} 条回调在等待。`,
      todo: () =>
        'SQS 拒收或容纳不下这些回调。没有丢失，会自动回到队列。请检查 SQS 的状态，以及是否有摄像机发送超过 1 MB 的内容。',
    },
    'spill-stuck': {
      name: () => '滞留的回调',
      title: (_subject, value) => `spill/ 下有 ${value} 条回调无法返回队列。`,
      todo: () => '请在 recover-spill 的日志中查看它们的键，并在相应存储函数的日志中查找原因。',
    },
    'account-refused': {
      name: () => 'IVM 账号',
      title: () => 'IVM 拒绝该账号：已冻结、被踢出或无权限。',
      todo: () => '请登录 IVM 控制台恢复账号，然后将死信送回。',
    },
    'token-rejected': {
      name: () => 'IVM 的令牌',
      title: () => 'IVM 拒绝了它刚刚签发的令牌。',
      todo: () => '可能有他人在使用同一对 AK/SK：请为本系统换用独立的一对。',
    },
    token: {
      name: () => '访问令牌',
      title: (_subject, value) => `访问令牌将在 ${value}后失效。`,
      todo: () => '请查看 rotate-token 的日志；setup 可立即获取令牌。',
    },
    'dead-letters': {
      name: (subject) => `${subject} 的死信`,
      title: (subject, value) => `队列 ${subject} 有 ${value} 条消息无法处理。`,
      todo: () => '它们会保留 14 天。请在“数据”中查看原因，修复后再送回。',
    },
    'queue-late': {
      name: (subject) => `队列 ${subject} 的等待时间`,
      title: (subject, value) => `队列 ${subject} 中最早的消息已等待 ${value}。`,
      todo: (subject) =>
        ({
          alarms: '请查看 store-alarms 的日志：DynamoDB 或 S3 是否在拒绝？',
          devices: '请查看 track-devices 的日志：DynamoDB 或 S3 是否在拒绝？',
          intelligence: '请查看 store-intelligence 的日志；若只是处理不及，请提高其 maximumConcurrency。',
          pictures: '图片 URL 只有五分钟有效。请查看 store-pictures 的日志：IVM 是否缓慢或拒绝？',
          'picture-retries': '请查看 store-pictures 的日志：IVM 是否拒绝再次给出图片地址？',
          snapshots: '请求的抓拍超过了 IVM 的承受能力：请减少通道或降低频率。',
          statistics: '请查看 export-statistics 的日志：IVM 是否缓慢，或账号被拒绝？',
        })[subject] ?? '请查看处理该队列的函数的日志。',
    },
    'pictures-missed': {
      name: () => '缺失的图片',
      title: (_subject, value) => `最近一小时有 ${value}% 的图片缺失。`,
      todo: () =>
        '原因为 forbidden-host 时需要设置 pictureHosts（doctor 会列出主机）；expired 表示 store-pictures 处理不及。',
    },
    export: {
      name: (subject) => `导出“${subject}”`,
      title: (subject, value) => `导出集 ${subject} 缺少 ${value} 个导出。`,
      todo: () => 'check-exports 的日志列出了它们。请查看生成它们的函数的日志，然后为那一天手动运行。',
    },
  },
  subscriptionLights: {
    silent: {
      title: (subject) => `${subject} 没有消息，而昨天和上周同一时段有。`,
      todo: '已重新注册。请在 IVM 控制台查看设备是否在线、套餐是否已开通。',
    },
    drifted: {
      title: (subject) => `${subject} 的注册与期望不符，已重新注册。`,
      todo: '只发生一次则无需处理。若反复出现，说明有他人用同一账号注册 URL。',
    },
    foreign: {
      title: (subject) => `${subject} 被发往别的 URL。`,
      todo: '请先弄清是谁的地址。接管会将其替换。',
    },
    'no-key': {
      title: (subject) => `${subject} 没有签名密钥。`,
      todo: 'setup 会生成并注册密钥。',
    },
  },
  figures: {
    title: '概览',
    rate: '每分钟消息数',
    rateNote: '五分钟平均',
    median: '延迟中位数',
    p99: '最慢百分之一的延迟',
    delayNote: '从发生到入库',
    backlog: '队列中等待',
    token: '访问令牌剩余',
  },
  period: '时段',
  periods: { '60': '1 小时', '180': '3 小时', '720': '12 小时', '1440': '1 天' },
  messages: {
    title: '各类型每分钟消息数',
    none: '此时段没有存入消息。',
    unknown: '此时段情况未知：系统没有上报指标。',
    gap: '情况未知',
  },
  delay: {
    title: '从发生到入库的延迟',
    unit: '秒',
    median: '中位数',
    p99: '最慢百分之一',
    none: '此时段没有测得延迟。',
  },
  queues: {
    title: '队列',
    name: '队列',
    visible: '等待',
    inFlight: '处理中',
    delayed: '延后',
    age: '最早消息',
    lateAfter: '超时阈值',
    dead: '死信',
    show: (count, name) => `查看 ${name} 的 ${count} 条死信`,
  },
  subscriptions: {
    title: '订阅',
    name: '订阅',
    state: '状态',
    last: '最近消息',
    never: '从未',
    checked: (time) => `检查于 ${time}`,
    neverChecked: '尚未检查过注册情况，或本环境不负责注册。',
    states: {
      green: '正常',
      silent: '无消息',
      drifted: '已重新注册',
      foreign: '发往别处',
      'no-key': '无密钥',
      'never-seen': '尚无消息',
      unknown: '未知',
    },
    causes: {
      missing: '原先缺失',
      url: '原 URL 不符',
      key: '原密钥不符',
      rotation: '更换了密钥',
      silence: '曾无消息',
    },
  },
  exports: {
    title: (date) => `${date} 的导出`,
    set: '导出集',
    there: '已生成',
    of: (there, expected) => `${there} / ${expected}`,
    rows: '行数',
    published: '最近发布',
    firstNight: '今晚首次生成',
    late: (names) => `缺少：${names}`,
    sets: { people: '客流', events: '事件', counts: '计数', heatmaps: '热力图' },
    unknown: '无法查看导出情况。',
  },
};
