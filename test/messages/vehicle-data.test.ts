import { describe, expect, it } from 'vitest';
import { vehicleData } from '#lib/messages/vehicle-data.ts';
import { exampleData } from './support/examples.ts';

const base = 'https://www.example.com/v1/holo/tlv_219123456CYP***_0_20230213_tlv_';

describe('vehicleData', () => {
  it('lifts plate, vehicle and make of a car', () => {
    expect(vehicleData.columns(exampleData('vehicle_data-7-motor-vehicle'))).toEqual({
      data_id: '167625252854900210110000rwnwv130',
      itgt_type: 7,
      plate_char: '浙XXXXXX',
      plate_color: 1,
      plate_type: 1,
      vehicle_type: 1,
      vehicle_type_ext: 17,
      vehicle_color: 2,
      vehicle_direction: 4,
      car_pre_brand: 74,
      car_pre_brand_name: '斯柯达',
      car_sub_brand: 554,
      car_sub_brand_name: '明锐',
      car_year_brand: '2010',
      lane_id: 2,
      global_obj_id: 7198857782190185052n,
      trecord_type: 34,
      meta_type_mask: 2,
      captured_at: '2023-02-13T01:42:05.274Z',
    });
  });

  it('reads the misspelt record type and the misspelt motor type', () => {
    expect(vehicleData.columns(exampleData('vehicle_data-53-target-on-non-motor-vehicle'))).toMatchObject({
      trecord_type: 34,
      motor_type: 1,
      rider_num: 2,
    });
  });

  it('takes plate and make from target where the data level has none, the make by its index', () => {
    expect(
      vehicleData.columns({
        plate_char: '',
        target: { plate_char: '浙A306B1', car_pre_brand: '日产', car_pre_brand_index: 75 },
      }),
    ).toEqual({ plate_char: '浙A306B1', car_pre_brand: 75, car_pre_brand_name: '日产' });
  });

  it('keeps a no as well as a yes', () => {
    expect(vehicleData.columns({ has_helmet: false, has_license_plate: true })).toEqual({
      has_helmet: false,
      has_license_plate: true,
    });
  });

  it('names camera and time', () => {
    const data = exampleData('vehicle_data-6-person');
    expect(vehicleData.camera(data)).toEqual({ deviceId: '219123456CYP***', channelId: '0' });
    expect(vehicleData.eventTime(data)).toBe('2023-02-13T09:57:37+08:00');
  });

  it('wants the pictures of both levels', () => {
    expect(vehicleData.pictures(exampleData('vehicle_data-7-motor-vehicle'))).toEqual([
      { kind: 'panorama', url: `${base}167625252854900210020000rwnwv130.jpg/static` },
      { kind: 'vehicle', url: `${base}167625252854900210010000rwnwv130.jpg/static` },
      { kind: 'panorama-alt', url: `${base}167625252854900210020000rwnvw130.jpg/static` },
      { kind: 'vehicle-alt', url: `${base}167625252854900210010000rwnvw130.jpg/static` },
      { kind: 'plate', url: `${base}167625252854900210080000rwnvw130.jpg/static` },
    ]);
  });
});
