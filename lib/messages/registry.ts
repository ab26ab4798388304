import { behaviorAnalysisData } from './behavior-analysis-data.ts';
import { deviceAlarm } from './device-alarm.ts';
import { deviceStatus } from './device-status.ts';
import { deviceUnbind } from './device-unbind.ts';
import { headShoulderData } from './head-shoulder-data.ts';
import type { MessageModule } from './message-module.ts';
import { microCheckpointData } from './micro-checkpoint-data.ts';
import { targetData } from './target-data.ts';
import { thirdData } from './third-data.ts';
import { vehicleData } from './vehicle-data.ts';

/** Every message type the product understands; a new type is a schema, a module and a line here (README: develop). */
export const messageModules: readonly MessageModule[] = [
  deviceAlarm,
  deviceStatus,
  deviceUnbind,
  targetData,
  thirdData,
  vehicleData,
  headShoulderData,
  behaviorAnalysisData,
  microCheckpointData,
];

const byType = new Map<string, MessageModule>(messageModules.map((module) => [module.messageType, module]));

/** What is known about a `message_type`; `undefined` for a type the reference does not describe. */
export const messageModuleOf = (messageType: string): MessageModule | undefined => byType.get(messageType);
