import type * as z from 'zod';
import type { MessageType } from '#lib/callback/subscriptions.ts';
import { BehaviorAnalysisDataData } from './behavior-analysis-data.ts';
import { DeviceAlarmData } from './device-alarm.ts';
import { DeviceStatusData } from './device-status.ts';
import { DeviceUnbindData } from './device-unbind.ts';
import { HeadShoulderDataData } from './head-shoulder-data.ts';
import { MicroCheckpointDataData } from './micro-checkpoint-data.ts';
import { TargetDataData } from './target-data.ts';
import { ThirdDataData } from './third-data.ts';
import { VehicleDataData } from './vehicle-data.ts';

/**
 * The documented fields of every message type with their meanings, units and labels: the one place they are written down.
 * What checks messages has outlines made of these, since a cold start would wait for the making of the schemas.
 */
export const messageSchemas: { readonly [messageType in MessageType]: z.ZodObject } = {
  device_alarm: DeviceAlarmData,
  device_status: DeviceStatusData,
  device_unbind: DeviceUnbindData,
  target_data: TargetDataData,
  third_data: ThirdDataData,
  vehicle_data: VehicleDataData,
  head_shoulder_data: HeadShoulderDataData,
  behavior_analysis_data: BehaviorAnalysisDataData,
  micro_checkpoint_data: MicroCheckpointDataData,
};
