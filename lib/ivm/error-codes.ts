// Code without `IVM.`, documented HTTP status, meaning. Where the reference lists a code twice, its first row counts.
const table = `
0 200 success
10000001 401 not authenticated
10000002 401 token expired
10000003 401 account signed out by another login
10000004 401 no access token sent
10000005 401 token not valid
10000006 401 user frozen
10000007 401 user not of this enterprise
10000008 401 user is no administrator
10000012 400 account frozen
10000013 400 AK and SK out of date: renew them in the enterprise settings
10010001 400 trouble in the database
10010002 400 database name used already
10010003 400 no such database
10020000 400 invalid user ID
10020001 400 invalid request parameter
10020002 400 upload too large
10020003 400 invalid password
10020004 400 invalid device description
10020005 400 invalid start time
10020006 400 invalid end time
10020007 400 start time not before end time
10020008 400 body is not readable JSON
10020009 400 invalid limit
10020010 400 invalid offset
10020011 400 invalid sort direction
10020012 400 invalid sort field
10020013 400 invalid enterprise ID
10020014 400 invalid alarm_uuid
10020015 400 invalid relation of enterprise, organisation and user
10020016 400 media type not accepted
10020017 400 start time missing
10020018 400 end time missing
10020019 500 nothing found; check that the algorithm is enabled for the account
10020020 400 invalid AK
10020021 400 invalid SK
10020022 400 no enterprise for this AK and SK
10020023 400 could not get the master key
10020024 400 no such enterprise
10020025 400 invalid project name
10020026 400 invalid project plan
10020027 400 invalid verification code: four digits
10020028 500 could not convert local time to UTC
10020029 400 invalid ID or data_id
10020030 400 invalid enterprise name
10020031 400 invalid channel quota
10020032 400 channel quota below what is in use
10020033 400 invalid expiry time
10020034 400 wrong verification code
10020035 400 weak password
10020036 400 password missing
10020037 400 new password equals the old one
10020038 400 new password too like the old one
10020039 400 password used recently
10020040 400 wrong password
10020041 400 could not update password
10020042 400 invalid manage edition: 0 to 3
10020043 400 invalid normal edition: 0 to 3
10020044 400 invalid motion edition: 0 to 3
10020045 400 invalid dataflow edition: 0 to 3
10020046 400 invalid tenant ID
10020047 400 invalid client type
10020048 400 user ID does not match
10020049 400 token expired
10020050 400 no such account
10020051 400 invalid algorithm
10020052 400 invalid device model
10020053 400 invalid path_type
10020054 400 invalid upgrade state
10020055 400 invalid scheduled_time
10020056 400 too many files
10020057 400 no such favourite channel
10020060 400 algorithm not released on the platform
10020061 400 user ID of the usage notice sent twice
10020062 400 no answer in the media type asked for
10020063 400 repeated operation
10022000 400 invalid device ID
10022001 400 invalid channel ID
10022002 400 device not of this enterprise
10022003 400 no device to add or delete
10022004 400 more than 100 devices to add
10022005 400 no device verification code sent
10022006 400 invalid user name
10022007 400 no such channel
10022008 400 invalid GB device user name
10022009 400 invalid GB device password
10022010 400 nothing to edit was sent
10022011 400 invalid device state
10022012 400 invalid device name
10022013 400 invalid access protocol
10022014 400 invalid device type
10022015 400 invalid device system state
10022016 400 more than 100 devices to delete
10022017 400 no device to delete
10022018 400 channel not of this enterprise
10022019 500 enterprise has no devices
10022020 400 invalid channel state
10022021 400 invalid channel system state
10022022 400 invalid channel resource state
10022023 400 invalid channel name
10022024 400 invalid GB device ID
10022025 400 invalid manufacturer ID
10022026 400 invalid device organisation ID
10022027 400 for GB devices only
10022028 400 no channel ID sent
10022029 400 device is neither NVR nor DVR
10022030 400 invalid data ID
10022031 400 invalid type
10022032 400 weak device password
10022033 400 invalid device verification code
10022034 400 no devices to move
10022035 400 no such device to move
10022036 400 device not of this enterprise
10022037 400 device subscribed already
10022038 400 invalid connect mode
10022039 400 invalid channel type
10022040 400 no such channel group
10022041 400 not pinned to the top
10022042 400 device not of this user
10022043 400 pinned to the top already
10022044 400 no device or channel of this enterprise or user
10022045 400 enterprise_id differs from that of the token
10022046 400 device or channel not of this enterprise
10022047 400 device or channel not of this user
10024000 400 invalid number of channels: 1 to 100
10024001 400 channel listed twice
10024002 400 channel list missing
10024003 400 invalid day_of_week: 1 to 7
10024004 400 time sections of a day overlap
10024005 400 invalid storage days: 1 to 365
10024006 400 invalid storage type of time policy
10024007 400 invalid time section of channel recording plan
10024008 400 invalid storage time policy of the channel
10024009 400 no time section sent
10024010 400 no time policy sent or none exists
10024011 400 recording plan may keep 7 days at most in the open beta
10024012 400 no day_of_week sent
10024013 400 storage type missing
10024014 400 invalid is_current_org
10024015 400 storage days can be changed for on-demand resources only
10026000 400 invalid stream_type
10026001 400 invalid playback URL
10026002 400 invalid record_type
10026003 400 invalid live_protocol
10026004 400 stream type not supported
10026005 400 invalid recording ID
10026006 400 no such import file
10026007 400 invalid file size
10026008 400 invalid import file
10026009 400 could not read the device list
10027000 400 no alarm snapshot policy sent
10027001 400 more than 100 alarm snapshot policies
10027002 400 invalid alarm snapshot policy
10027003 400 invalid start index for industry data
10027004 400 invalid count for industry data
10027005 400 invalid alarm_classification or data_classification
10027006 400 too many array items
10027007 400 no such alarm_uuid
10027008 400 no such picture
10027009 400 invalid data_id or no such alarm
10027010 400 invalid type
10027011 400 voice file name used already
10027012 400 too many voice files
10027013 400 no such voice file
10027014 400 perimeter detection not enabled
10027015 400 detection of electric bicycles not supported
10027016 400 detection of leaving the post not supported
10027017 400 too many regions
10027018 400 too many points
10027019 400 perimeter detection not supported
10027020 400 wrong region index
10027021 400 voice file must not be deleted
10027022 400 invalid subscription type
10027023 400 invalid detect mode
10027024 400 invalid detection direction
10027025 400 invalid point
10027026 400 invalid number of region points
10027027 400 invalid alarm interval
10027028 400 invalid sensitivity
10027029 400 invalid recognition mode
10027030 400 invalid object type
10027031 400 invalid stay time
10027032 400 invalid method
10027033 400 invalid region name
10027034 400 invalid number of regions
10027035 400 invalid single time
10027036 400 invalid alarm threshold
10027037 400 invalid alarm count
10027038 400 invalid report interval
10027039 400 invalid direction mode
10027040 400 invalid alarm time
10027041 400 invalid capture mode
10027042 400 invalid speed capture sensitivity
10027043 400 invalid capture time
10027044 400 invalid select time
10027045 400 invalid target sensitivity
10027046 400 invalid mode
10027047 400 invalid min size
10027048 400 invalid max size
10027049 400 largest size not above smallest size
10027050 400 invalid number of target or body snapshots
10027051 400 invalid quality of target, body or full snapshots
10027052 400 invalid level
10027053 400 invalid target exposure duration
10027054 400 same detection region twice
10027055 400 invalid number of line points
10027056 400 no such channel or device
10027057 400 invalid body sensitivity
10027058 400 device lacks this algorithm
10027059 400 could not configure alarm parameters
10027060 400 could not get alarm parameters
10027061 400 invalid auth key
10027062 400 same point twice in a line or region
10027063 400 invalid number of lines
10027064 400 no target snapshot setting
10027065 400 no body snapshot setting
10027066 400 no full snapshot setting
10027067 400 command did not get through to the device service
10027068 400 no target compensation setting, or invalid number of line points
10028001 400 invalid nickname
10028002 400 user locked
10028003 400 invalid account
10028004 400 account exists already
10028005 400 account deletion locked
10028006 400 no such user
10028007 400 account logged out by force
10028008 400 no such account
10028009 400 could not decode the account
10028010 400 password reset locked
10028011 400 could not save client information
10028012 400 invalid app version
10028013 400 invalid app language
10028014 400 invalid app type
10028015 400 could not save app login history
10028016 400 wrong ticket
10028017 400 could not check the state
10028018 400 could not get a Huawei credential
10028019 400 could not check ticket
10028020 400 sign in with the Huawei account
10028021 400 sign in with the phone number
10028022 400 accounts from abroad cannot sign in
10028023 400 client_id missing
10029001 400 invalid user organisation ID
20000000 400 device belongs to another enterprise
20000001 400 device exists already
20000002 500 could not add device
20000003 500 wrong verification code
20000004 500 could not get the GB device
20000005 500 could not get device channels
20000006 400 could not update device name
20000007 400 could not update description
20000008 400 could not update the GB device account
20000009 400 could not update the GB device password
20000010 400 no such device
20000011 400 device frozen, not available
20000012 400 some channels of the device are frozen
20000013 500 could not delete device
20000014 400 device not in the organisation tree of this enterprise
20000015 400 device frozen
20000016 400 could not query device details
20000017 400 could not query device list
20000018 400 could not query device gateway
20000019 400 could not update device info
20000020 400 could not update device account
20000021 400 could not freeze device
20000022 400 could not update channel name
20000023 400 channel frozen or unfrozen already
20000024 400 could not query channel details
20000025 400 could not query channel list
20000026 400 could not freeze channel
20000027 500 could not encrypt
20000028 500 could not delete other data of the device
20000029 500 device in use by others
20000030 400 user lacks this right
20000031 400 device is online already
20000032 400 channel is not frozen
20000033 400 could not unfreeze the channel
20000034 400 channel not of this user
20000035 400 channel frozen, not available
20000036 400 device offline
20000037 400 channel not online
20000038 400 could not update device info
20000039 400 could not update device info
20000040 400 could not update the GB device user name
20000041 400 GB devices only
20000042 400 could not get people counts
20000043 400 channel offline
20000044 400 channel not allocated
20000045 400 device not registered
20000046 400 device is bound in the personal app
20000047 500 service error while deleting the device; call the administrator
20000048 400 device or channel frozen
20000049 400 device or channel in arrears
20000050 400 devices are in this group already
20000051 400 device ID sent twice
20000052 400 device could not authenticate
20000053 400 device did not carry it out
20000054 400 data being updated; wait a minute
20000055 400 wrong security_key
20000056 400 security_key expired
20000057 400 no security_key on the device
20000058 400 algorithms being refreshed
20001000 400 no default device group
20001001 400 no such device group
20001002 400 root of the device tree exists already
20001003 400 user must not use this device group
20001004 400 device group name exists already
20001005 400 invalid device group name
20001006 400 no such parent node
20001007 400 device tree too deep
20001008 400 organisation still holds devices
20001009 400 root device group cannot be deleted
20001010 400 device group not of this enterprise
20001011 400 could not create the default device group
20002001 400 control token expired; get another
20002002 400 invalid left-right turn
20002003 400 invalid up-down turn
20002004 400 invalid zoom
20002005 400 invalid focus
20002006 400 invalid iris
20002007 400 invalid control method
20002008 500 device has no pan-tilt unit
20002009 400 invalid control token
20010000 500 could not set channel recording plan
20010001 500 could not delete channel recording plan
20010002 500 could not get channel recording plan
20010003 500 could not set channel time policy
20010004 500 could not get channel time policy
20010005 500 could not set channel record settings
20010006 500 could not get channel record settings
20010007 400 no recording plan while continuous storage is out of order
20010008 400 recording plan cannot be deleted without continuous storage
20010009 400 no storage policy for a channel on a yearly or monthly package
20010010 400 no recording plan while the resource is frozen
20010011 400 no recording plan without continuous storage
20010012 400 recording plan cannot be deleted while the resource is frozen
20010013 400 recording plan cannot be deleted: continuous storage not enabled
20010014 400 no storage policy while the resource is frozen
20010015 400 no storage policy without continuous storage
20010016 400 no recording settings while the resource is frozen
20010017 400 no recording settings without continuous storage
20010018 400 could not set one recording plan
20010019 400 could not delete one recording plan
20010020 400 could not set one storage policy
20010021 400 could not set one recording setting
20010022 400 could not delete one recording file
20010023 400 no storage period: continuous storage frozen in arrears
20010024 400 no alarm recording plan without alarm storage
20010025 400 no alarm recording plan while alarm storage is frozen
20010026 400 alarm recording plan cannot be deleted: alarm storage not enabled
20010027 400 wrong alarm recording plan type
20010028 400 alarm recording needs 1 s at least
20010029 400 alarm recording takes 60 s at most
20010030 400 no storage policy without alarm storage
20010031 400 no storage period: alarm storage frozen in arrears
20010032 400 no storage period: continuous storage out of order
20010033 400 no storage period: alarm storage out of order
20010034 400 forbidden characters in a template parameter
20010035 400 key ID exists already
20010036 400 could not export template parameters
20010037 400 template ID exists already
20010038 400 no such template ID
20010039 400 template name exists already
20010040 400 no such template name
20010041 400 template is closed
20010042 400 enterprise not on the template allow list
20020001 500 could not query cloud recordings
20020002 500 could not query the cloud playback URL
20020003 500 could not query the live URL
20020004 500 could not connect peer to peer
20020005 500 could not query device recordings
20020006 500 could not query the device playback URL
20020007 400 channel frozen
20020008 400 retrieval service not enabled for the channel
20020009 400 retrieval service of the channel in arrears
20020010 400 GB28181 devices only
20020011 400 HOLO devices only
20020012 400 no recordings, or HOLO devices only
20020013 500 could not query the live web URL
20020014 500 no recordings
20020015 500 could not list cloud recordings for the web
20020016 500 could not query device recordings for the web
20040001 400 no alarm policy for the channel
20040002 500 service error
20040003 400 user not of this enterprise; get another access token
20040004 400 could not get the alarm picture
20040005 500 could not delete alarm types
20040006 500 could not read snapshot policies
20040007 500 invalid alarm type
20040008 500 could not set snapshot policies
20040009 400 snapshots asked for too often
20040010 400 device cannot take snapshots
20040011 400 picture gone or its path not valid
20040012 400 invalid storage parameter
20050000 500 could not set the callback URL
20050001 500 could not remove the callback URL
20050002 500 could not get the callback URL
20050003 400 invalid callback URL
20050004 400 no such callback URL
20050005 400 callback URL cannot be reached
20060000 500 could not get channel resource type
20060001 400 no resource type, no such resource, or no right to create it
20060002 400 resource not available: no service can be enabled
20060003 400 package resource being changed: finish or cancel the order
20060004 400 too little left of the package
20060005 400 resource frozen
20060006 400 over the device limit for enterprises not on the allow list
20060007 200 service enabled for the device already
20060009 200 device not handled; try later
20060010 200 service not enabled for the device: nothing to disable
20060011 200 device cannot switch between packages of the same kind
20060012 200 resource of the device frozen: service cannot be switched
20060013 400 invalid resource ID: 32 letters and digits
20060014 400 invalid resource type: MANAGE, MOTION, NORMAL or DATAFLOW
20060015 400 more than 100 channels to enable
20060016 400 invalid number of devices
20060017 400 invalid storage days
20060018 400 storage days cannot be set for this resource
20060019 400 could not set storage days
20060020 400 service enabled for the device already
20060021 400 service not enabled for the device
20060022 400 channel listed twice
20060023 400 other services must be disabled first
20060024 400 continuous storage enabled already, or not enabled
20060025 400 motion storage enabled already, or not enabled
20060026 400 management service not enabled
20060027 400 resource enabled for the device already
20060028 400 wrong resource type
20060029 400 allow list exists already
20060030 400 no such allow list
20060031 400 resource type code used twice
20060032 400 resource used up
20060033 400 invalid mode: ONDEMAND or PACKAGE
20060034 400 invalid resource state: NORMAL, ARREARS or UNAVAILABLE
20060035 400 on-demand resource exists already
20060036 400 no such on-demand resource
20060037 400 invalid category: BASIC, DEVELOP or INTELLIGENCE
20060038 400 right bss:order:update missing to create an order
20060039 400 right bss:order:pay missing to pay
20060040 400 invalid operation
20060041 400 invalid period type
20060042 400 tenant lacks enterprise verification
20060043 400 package for target search in video is closed
20060044 400 package for target search in video is frozen
20060045 400 invalid bill ID
20060046 400 invalid bill date
20060047 400 no bills found
20060048 400 invalid plug-in ID
20060049 400 unsubscribe from the unused resource first
20060050 400 data being cleaned up; try later
20060051 400 target device holds the resource already
20060052 400 no resource to move
20060053 400 resource in use: cannot move
20060054 400 tenant restricted
20060055 400 tenant suspended
20060058 400 invalid shift type
20060059 400 invalid discount code
20070000 500 no valid channel parameter
20070001 500 channel check failed
20070002 400 could not update channel details
20070003 400 could not freeze the channel
20070004 400 could not query the channel
20070005 400 could not add the channel
20070006 400 not possible while the privacy mask is on
20070010 400 shared already
20070011 400 no such share
20070012 400 invalid receiver of a share
20070013 400 too many shares
20070014 400 too many shares of all channels
20070015 400 cannot share with oneself
20070016 400 shared device not accepted yet
20070017 400 channel shared twice
20070018 400 share not of this user
20070019 400 device right not shared
20070020 400 too many shares of this user
20070021 400 live view right needed
20070022 400 receiver of a share named twice
20070023 400 invalid ID of a share
20070024 400 invalid expiry time
20070025 400 expiry time before today
20070026 400 sharing locked for the user
20070027 400 search for users locked
20090001 400 invalid face group ID
20090002 400 invalid face ID
20090003 400 invalid sex
20090004 400 invalid age
20090005 400 invalid email
20090006 400 invalid phone number
20090007 400 no face libraries sent
20090008 400 could not delete the faces
20090009 400 could not update the faces
20090010 400 could not list face IDs
20090011 400 could not get the face
20090012 400 could not list faces
20090013 400 could not list face groups
20090014 400 could not import the faces
20090015 400 could not count the faces of a group
20090016 400 industry data flow not enabled for the channel
20090017 400 GB devices know no faces
20090018 400 no such face group
20090019 400 invalid report type
20090020 500 could not get the space heatmap
20090021 500 could not get the time heatmap
20090022 400 GB devices know no heatmaps
20090023 400 too many groups
20090024 400 face group must not be changed
20090025 400 face group name used already
20090026 400 face group still holds faces
20090027 400 no such face
20090028 400 empty face group cannot be enabled
20090029 400 face group takes no faces
20100001 400 too many enterprise administrators
20100002 400 only one enterprise administrator allowed
20100003 400 own role cannot be changed
20100004 400 one cannot delete oneself
20100005 400 too many enterprise invitations
20100006 400 user in a user group already
20100007 400 user in the enterprise already
20100008 400 not possible for an administrator
20100009 400 user manages the device already
20100010 400 user not active
20100011 400 user has the device group already
20100012 400 user lacks this device group
20100013 400 user has the top device group already
20100014 400 could not delete the device group of the user
20100015 400 user manages the organisation of the device already
20100016 400 could not register the user
20100017 400 could not deregister the user
20100018 500 could not update auto_set_stream
20100021 400 upgrade to a Huawei ID first
20100022 400 real-name check missing
20100023 400 birthday missing
20100024 400 minors cannot buy
20100025 400 restricted: real-name check, balance or arrears
20110001 400 no such parent user organisation
20110002 400 user organisation name used already
20110003 400 top user organisation cannot be deleted
20110004 400 user organisations nested too deep
20110005 400 no such user organisation
20110006 400 user organisation or one below still has users
20110007 400 user organisation not of this enterprise
20110008 400 lowest user organisation cannot be queried
20110009 400 invalid algorithm_source
20110010 400 invalid product_id
20110011 400 invalid version ID
20110012 400 invalid ability
20110013 400 invalid algorithm param
20110014 400 could not get parameters from the device
20120001 400 channel group exists already
20120002 400 no such channel group
20120003 400 channel group not of this user
20120004 400 channel group relation exists already
20120005 400 no such channel group relation
20120006 400 invalid group picture
20120007 400 more than 100 channel group relations
20120008 400 more than 100 channel groups
20120009 400 channel group not of this enterprise
20120010 400 group not of this user
20120011 400 too many scenes
20120012 400 scene name used already
20120013 400 scene not of this user
20120014 400 default scene cannot be deleted
20120015 400 scene name unchanged
20120016 400 scene unchanged by the move
20120017 400 too many groups
20120018 400 device group name used already
20120019 400 default device group cannot be deleted
20120020 400 too many devices in the group
20120021 400 could not get the device group
20120022 400 no such device group scene
20120023 400 channel cannot move to another group
20130000 400 collection ID used twice
20130001 400 device has an unfinished log collection
20130002 400 log storage of the user is full
20130003 400 no such device log record
20130004 400 could not collect the device log
20130005 400 no such log collection
20130006 400 log collection not of this device
20130007 400 log collection did not succeed
20130008 400 log collection deleted
20130009 400 log collection done already
20130100 400 protocol of the channel not supported
20130101 400 channel not supported
20130102 400 protocol of the device not supported
20130103 400 new document version not above the last one
20130104 400 no record for this version
20130105 400 version in use cannot be deleted
20130106 400 no record for the condition
20130107 400 help document version used already
20130108 400 record for these conditions exists already
20140001 400 could not get the password state of the device
20140002 400 invalid password state of the device
20140003 400 could not set the device password
20140004 400 new password weak
20140005 400 new device password equals the old one
20140006 400 wrong device user name or password
20140007 400 invalid SDC web password
20140008 400 SDC devices only
20140009 400 device user locked
20150001 400 could not get stream settings of the device
20150002 400 stream type cannot be set
20150003 400 stream ability of the device unknown
20150004 400 device cannot set streams
20160001 400 device lacks this; check its model and version
20170001 400 target device lacks this; check its model and version
20170002 400 task not of this user
20170003 400 batch copy busy; wait
20170004 400 device is being configured
20170005 400 device restarting in another mode; wait 3 minutes
20170006 400 target device is the source device
20170007 400 could not restart the device
20170008 400 alarm settings taken in part only
20170009 400 configuration task timed out
20180001 400 no such algorithm
20180002 400 could not deliver the algorithm
20180003 400 algorithm being delivered
20180004 400 device has no licence
20180005 400 device licence expired
20180006 400 algorithm has no URL
20180007 400 invalid firmware_id; check the versions of the device
20180008 400 could not get the algorithm version
20180009 400 algorithm exists twice in the store or on the platform
20180010 400 could not apply for a device licence
20180011 400 algorithm quota exceeded
20180012 400 device out of memory
20180013 400 platform does not suit the device
20180014 400 device could not download the algorithm
20180015 400 device has a trial licence: trial not available
20180016 400 device could not install the algorithm
20180017 400 algorithm delivery error cleared by hand
20180018 400 licence refused, quota untouched
20180019 400 licence not granted: call the HoloSens Store
20180020 400 could not apply for a licence
20180021 400 waiting for the platform to release the device ID
20180022 400 waiting for the platform to release the licence
20180023 400 platform could not release the device ID
20180024 400 algorithm not made for this device model
20180025 401 device has no such algorithm
20180026 400 no record of the algorithm delivery
20180027 400 no channel online to start, stop or unload on
90000001 500 server error
90000002 500 could not get the enterprise
90000003 500 could not update the system state of the device
90000004 500 could not update the system state of the device or channel
90000005 500 could not list devices of the organisation
90000006 404 no such page or message
90000007 404 no such URL path
90000008 500 invalid handle
90000009 405 method not supported
90000010 500 device resource error
90000011 500 system busy
90000012 500 algorithm store did not answer properly
`;

/** The error codes of IVM with the HTTP status they are documented with and what they mean (reference 20.2). */
export const errorCodes: ReadonlyMap<string, { status: number; meaning: string }> = new Map(
  table
    .trim()
    .split('\n')
    .map((line) => {
      const [number = '', status, ...meaning] = line.split(' ');
      return [`IVM.${number}`, { status: Number(status), meaning: meaning.join(' ') }];
    }),
);

/** What a code means, for messages to the operator; takes it with or without `IVM.`, `undefined` for an unknown code. */
export const errorMeaning = (code: string): string | undefined =>
  errorCodes.get(code.startsWith('IVM.') ? code : `IVM.${code}`)?.meaning;
