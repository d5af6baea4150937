import type { Words } from './table.js';

/** The names of the divisions (GB/T 2260) that rows of law are kept for. */
export const placeNames: Readonly<Record<string, Words>> = {
  '000000': { zh: '全国', en: 'the nation' },
  '110000': { zh: '北京市', en: 'Beijing' },
  '120000': { zh: '天津市', en: 'Tianjin' },
  '130682': { zh: '定州市', en: 'Dingzhou' },
  '141181': { zh: '孝义市', en: 'Xiaoyi' },
  '210000': { zh: '辽宁省', en: 'Liaoning' },
  '310000': { zh: '上海市', en: 'Shanghai' },
  '320700': { zh: '连云港市', en: 'Lianyungang' },
  '330000': { zh: '浙江省', en: 'Zhejiang' },
  '330100': { zh: '杭州市', en: 'Hangzhou' },
  '350100': { zh: '福州市', en: 'Fuzhou' },
  '370000': { zh: '山东省', en: 'Shandong' },
  '370100': { zh: '济南市', en: 'Jinan' },
  '370200': { zh: '青岛市', en: 'Qingdao' },
  '370800': { zh: '济宁市', en: 'Jining' },
  '410000': { zh: '河南省', en: 'Henan' },
  '410100': { zh: '郑州市', en: 'Zhengzhou' },
  '411200': { zh: '三门峡市', en: 'Sanmenxia' },
  '440000': { zh: '广东省', en: 'Guangdong' },
  '440100': { zh: '广州市', en: 'Guangzhou' },
  '440300': { zh: '深圳市', en: 'Shenzhen' },
  '500000': { zh: '重庆市', en: 'Chongqing' },
  '510100': { zh: '成都市', en: 'Chengdu' },
};

/** A place's name; its code alone where no row of law is kept for it. */
export function placeName(jurisdiction: string): Words {
  return placeNames[jurisdiction] ?? { zh: jurisdiction, en: jurisdiction };
}
