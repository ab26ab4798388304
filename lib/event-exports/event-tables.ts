import type { MessageType } from '#lib/callback/subscriptions.ts';
import type { Column, ColumnType, ExportTable } from '#lib/exports/export-table.ts';

/** Message types that have a flat table: what IVM pushes, and the snapshots we take. */
export type ExportedType = MessageType | 'snapshot';

const columns = (type: ColumnType, names: string): Column[] => names.split(' ').map((name) => ({ name, type }));

const head: readonly Column[] = [
  ...columns('text', 'device_id channel_id message_id part occurred_at occurred_at_source captured_at'),
];
/** What the event tells of itself; when it came and where its raw line is may change if it comes again. */
const tail: readonly Column[] = [
  ...columns('integer', 'pictures_wanted pictures_stored pictures_missing problems'),
  ...columns('text', 'body_sha256 details_key'),
  { name: 'received_at', type: 'text', isStamp: true },
  { name: 'raw_key', type: 'text', isStamp: true },
  { name: 'raw_line', type: 'integer', isStamp: true },
];

/**
 * Columns of each type beside those that all have. Names of persons and their organisations are left out, since exports
 * are read by many; they stand in `events`.
 */
const own: { readonly [type in ExportedType]: readonly Column[] } = {
  device_alarm: [
    ...columns('text', 'device_name channel_name channel_type alarm_type alarm_type_name classification alarm_status'),
    ...columns('text', 'alarm_uuid target_id target_gender target_age_group'),
    ...columns('decimal', 'target_age target_similarity target_appear_cnt'),
    ...columns('decimal', 'enter_count leave_count repeat_count'),
  ],
  device_status: [
    ...columns('text', 'method device_name channel_name device_type manufacture firmware model'),
    ...columns('text', 'offline_reason_type upgrade_status alarm_uuid'),
    ...columns('decimal', 'channel_state qos time_delay packet_loss_rate online_time'),
  ],
  device_unbind: columns('text', 'unbind_type resource_id'),
  target_data: [
    ...columns('text', 'data_id itgt_version target_id global_obj_id age_group gender glasses hair hat mouth_mask'),
    ...columns('text', 'target_expression quality_score target_lib_type visitor_type'),
    ...columns('decimal', 'itgt_type meta_type_mask age match_type target_matchrate'),
  ],
  third_data: columns('text', 'data_id'),
  vehicle_data: [
    ...columns('text', 'data_id plate_char car_year_brand car_pre_brand_name car_sub_brand_name global_obj_id'),
    ...columns('text', 'rider_age_range rider_gender has_helmet has_license_plate'),
    ...columns('decimal', 'itgt_type meta_type_mask trecord_type plate_color plate_type vehicle_type vehicle_type_ext'),
    ...columns('decimal', 'vehicle_color vehicle_direction car_pre_brand car_sub_brand lane_id motor_type'),
    ...columns('decimal', 'rider_num human_gender human_age'),
  ],
  head_shoulder_data: [
    ...columns('text', 'data_id'),
    ...columns('decimal', 'itgt_type meta_type_mask target_time_domain_info rule_type rule_line_dir'),
    ...columns('decimal', 'people_num shoulder_num area_ratio queue_time human_count_in human_count_out'),
    ...columns('decimal', 'human_count_all_in_num human_count_all_out_num'),
  ],
  behavior_analysis_data: [
    ...columns('text', 'data_id global_object_id obj_id'),
    ...columns('decimal', 'itgt_type meta_type_mask target_time_domain_info rule_type target_type obj_type obj_status'),
  ],
  micro_checkpoint_data: [
    ...columns('text', 'data_id global_object_id plate_char car_year_brand car_pre_brand_name car_sub_brand_name'),
    ...columns('decimal', 'itgt_type meta_type_mask target_time_domain_info target_type trecord_type lane_id'),
    ...columns('decimal', 'plate_color plate_type plate_confidence vehicle_type vehicle_type_ext vehicle_color'),
    ...columns('decimal', 'vehicle_direction car_pre_brand car_sub_brand mfr_main_belt mfr_main_call mfr_vice_belt'),
    ...columns('decimal', 'mfr_vice_exist microport_traffic_statistics statistics_average_speed'),
    ...columns('decimal', 'statistics_congestion_degree statistics_lane_count statistics_lane_index'),
    ...columns('decimal', 'statistics_lane_space_used_ratio statistics_lane_time_used_ratio statistics_queue_length'),
    ...columns('decimal', 'statistics_vehicle_car_large_count statistics_vehicle_car_med_count'),
    ...columns('decimal', 'statistics_vehicle_car_small_count statistics_vehicle_count statistics_vehicle_density'),
    ...columns('decimal', 'statistics_vehicle_head_interval statistics_vehicle_head_space_interval'),
    ...columns('decimal', 'traffic_statistics_cycle'),
  ],
  snapshot: [
    ...columns('text', 'slot status reason s3_key content_type sha256'),
    ...columns('integer', 'bytes attempts'),
  ],
};

export const exportedTypes = Object.keys(own).filter((type): type is ExportedType => Object.hasOwn(own, type));

export const eventTable = (type: ExportedType): ExportTable => ({ columns: [...head, ...own[type], ...tail] });
