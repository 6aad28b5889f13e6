// The catalogue of errors: name, HTTP status and texts of each code in one table.
#include "protocol/error_code.hpp"

#include <array>
#include <cassert>
#include <cstddef>

namespace parley {

namespace {

struct entry {
  std::string_view name;
  int http_status = 0;
  std::array<std::string_view, all_languages.size()> texts; ///< in the order of `language`: zh, en, ru
};

/// The table is a switch without `default`, so that a code without an entry is a warning, and warnings are errors.
constexpr entry entry_of(error_code x) {
  switch (x) {
  case error_code::none:
    return {"none", 0, {}};

  // -- the request itself -------------------------------------------------------
  case error_code::bad_json:
    return {"bad_json",
            400,
            {"请求体不是有效的 JSON", "The body is not valid JSON", "Тело запроса не является корректным JSON"}};
  case error_code::bad_request:
    return {"bad_request", 400, {"请求格式错误", "The request is malformed", "Некорректный запрос"}};
  case error_code::request_timeout:
    return {
      "request_timeout", 408, {"请求超时", "The request took too long to arrive", "Время ожидания запроса истекло"}};
  case error_code::upgrade_required:
    return {"upgrade_required",
            426,
            {"此路径仅支持 WebSocket 连接", "This path takes WebSocket connections only",
             "Этот путь принимает только соединения WebSocket"}};
  case error_code::head_too_large:
    return {
      "head_too_large", 431, {"请求头过大", "The request head is too large", "Слишком большой заголовок запроса"}};
  case error_code::server_full:
    return {"server_full",
            503,
            {"服务器连接数已满", "The server has no room for more connections", "Сервер достиг предела соединений"}};
  case error_code::upload_conflict:
    return {
      "upload_conflict", 409, {"上传状态冲突", "The upload is not at that state", "Состояние загрузки не совпадает"}};
  case error_code::validation_failed:
    return {"validation_failed",
            422,
            {"请求参数校验失败", "The request has invalid fields", "Запрос содержит неверные поля"}};
  case error_code::not_found:
    return {"not_found", 404, {"资源不存在", "No such resource", "Ресурс не найден"}};
  case error_code::method_not_allowed:
    return {"method_not_allowed",
            405,
            {"不支持该请求方法", "This method is not allowed here", "Метод здесь не поддерживается"}};
  case error_code::payload_too_large:
    return {"payload_too_large", 413, {"请求体过大", "The body is too large", "Слишком большое тело запроса"}};
  case error_code::rate_limited:
    return {
      "rate_limited",
      429,
      {"操作过于频繁，请稍后再试", "Too many requests, try again later", "Слишком много запросов, повторите позже"}};
  case error_code::draining:
    return {"draining", 503, {"服务器正在关闭", "The server is shutting down", "Сервер завершает работу"}};
  case error_code::internal:
    return {"internal", 500, {"服务器内部错误", "The server failed", "Внутренняя ошибка сервера"}};

  // -- who asks -----------------------------------------------------------------
  case error_code::auth_required:
    return {"auth_required", 401, {"请先登录", "Authentication is required", "Требуется вход"}};
  case error_code::invalid_token:
    return {"invalid_token", 401, {"令牌无效", "The token is not valid", "Недействительный токен"}};
  case error_code::token_expired:
    return {"token_expired", 401, {"令牌已过期", "The token has expired", "Срок действия токена истёк"}};
  case error_code::auth_failed:
    return {"auth_failed", 401, {"认证失败", "Authentication failed", "Не удалось подтвердить личность"}};
  case error_code::bad_credentials:
    return {"bad_credentials",
            401,
            {"用户名或密码错误", "Wrong username or password", "Неверное имя пользователя или пароль"}};
  case error_code::wrong_password:
    return {"wrong_password", 403, {"当前密码错误", "The current password is wrong", "Текущий пароль неверен"}};
  case error_code::forbidden:
    return {"forbidden", 403, {"没有权限", "You may not do this", "Недостаточно прав"}};
  case error_code::admin_only:
    return {"admin_only",
            403,
            {"仅管理员可以执行此操作", "Only an administrator may do this", "Это может делать только администратор"}};
  case error_code::username_taken:
    return {"username_taken", 409, {"用户名已被使用", "This username is taken", "Имя пользователя уже занято"}};
  case error_code::email_taken:
    return {"email_taken", 409, {"邮箱已被使用", "This e-mail address is taken", "Адрес электронной почты уже занят"}};
  case error_code::bad_image:
    return {"bad_image",
            422,
            {"图片无效或格式不受支持", "The picture is damaged or of an unsupported kind",
             "Изображение повреждено или его формат не поддерживается"}};
  case error_code::user_not_found:
    return {"user_not_found", 404, {"用户不存在", "No such user", "Пользователь не найден"}};

  // -- rooms --------------------------------------------------------------------
  case error_code::room_not_found:
    return {"room_not_found", 404, {"房间不存在", "No such room", "Комната не найдена"}};
  case error_code::not_a_member:
    return {
      "not_a_member", 403, {"您不是该房间的成员", "You are not a member of this room", "Вы не участник этой комнаты"}};
  case error_code::owner_only:
    return {"owner_only",
            403,
            {"仅房主可以执行此操作", "Only the room's owner may do this", "Это может делать только владелец комнаты"}};
  case error_code::moderator_only:
    return {"moderator_only",
            403,
            {"仅房主或协管员可以执行此操作", "Only the room's owner or a moderator may do this",
             "Это могут делать только владелец комнаты и модераторы"}};
  case error_code::owner_cannot_leave:
    return {"owner_cannot_leave",
            409,
            {"房主不能离开自己的房间", "The owner cannot leave the room", "Владелец не может покинуть свою комнату"}};
  case error_code::already_member:
    return {"already_member",
            409,
            {"该用户已是房间成员", "The user is already a member", "Пользователь уже участник комнаты"}};
  case error_code::already_pending:
    return {"already_pending",
            409,
            {"已有待处理的邀请或申请", "An invitation or a request is already waiting",
             "Приглашение или заявка уже ожидает ответа"}};
  case error_code::invite_only:
    return {
      "invite_only",
      403,
      {"该房间仅限受邀加入", "This room is by invitation only", "В эту комнату можно войти только по приглашению"}};
  case error_code::banned:
    return {
      "banned", 403, {"您已被禁止进入该房间", "You are banned from this room", "Вам закрыт доступ в эту комнату"}};
  case error_code::muted:
    return {"muted", 403, {"您已被禁言", "You are muted in this room", "Вам запрещено писать в этой комнате"}};
  case error_code::not_joined:
    return {"not_joined", 409, {"您尚未进入该房间", "You have not joined this room", "Вы не вошли в эту комнату"}};

  // -- notifications --------------------------------------------------------------
  case error_code::notification_not_found:
    return {"notification_not_found", 404, {"通知不存在", "No such notification", "Уведомление не найдено"}};
  case error_code::bad_token:
    return {"bad_token", 403, {"通知令牌错误", "The notification's token is wrong", "Неверный токен уведомления"}};
  case error_code::already_answered:
    return {"already_answered",
            409,
            {"该通知已被处理", "The notification has been answered", "На уведомление уже дан ответ"}};
  case error_code::gone:
    return {"gone", 410, {"对象已不存在", "It is gone", "Объект больше не существует"}};
  case error_code::user_blocked:
    return {"user_blocked", 403, {"对方已将您屏蔽", "This user has blocked you", "Этот пользователь вас заблокировал"}};
  case error_code::invitation_declined:
    return {"invitation_declined",
            403,
            {"对方已多次拒绝，请稍后再试", "This was rejected twice lately; it may not be asked again for now",
             "Вам недавно дважды отказали; пока спрашивать снова нельзя"}};

  // -- messages and frames ----------------------------------------------------------
  case error_code::message_not_found:
    return {"message_not_found", 404, {"消息不存在", "No such message", "Сообщение не найдено"}};
  case error_code::sender_only:
    return {"sender_only",
            403,
            {"仅发送者可以执行此操作", "Only the sender may do this", "Это может делать только отправитель"}};
  case error_code::client_msg_id_reused:
    return {"client_msg_id_reused",
            409,
            {"该 client_msg_id 已用于另一条消息", "This client_msg_id names another message",
             "Этот client_msg_id уже назван другому сообщению"}};
  case error_code::file_not_found:
    return {"file_not_found", 404, {"文件不存在", "No such file", "Файл не найден"}};
  case error_code::file_too_large:
    return {"file_too_large", 413, {"文件过大", "The file is too large", "Слишком большой файл"}};
  case error_code::bad_message:
    return {"bad_message", 400, {"消息格式错误", "The message is malformed", "Некорректное сообщение"}};
  case error_code::unknown_type:
    return {"unknown_type", 422, {"未知的消息类型", "Unknown message type", "Неизвестный тип сообщения"}};
  case error_code::client_id_taken:
    return {
      "client_id_taken", 409, {"该客户端标识已被占用", "This client id is taken", "Этот идентификатор клиента занят"}};

  // -- tasks and watching together ----------------------------------------------------
  case error_code::not_task_owner:
    return {"not_task_owner",
            403,
            {"该任务属于其他用户", "The task belongs to someone else", "Задача принадлежит другому пользователю"}};
  case error_code::task_not_found:
    return {"task_not_found", 404, {"任务不存在", "No such task", "Задача не найдена"}};
  case error_code::sync_forbidden:
    return {"sync_forbidden",
            403,
            {"您无权控制播放", "You may not steer the playback", "Вы не можете управлять воспроизведением"}};
  case error_code::sync_conflict:
    return {"sync_conflict",
            409,
            {"播放状态已被他人更改", "The playback was changed by someone else",
             "Воспроизведение уже изменил кто-то другой"}};
  case error_code::video_not_found:
    return {"video_not_found", 404, {"视频不存在", "No such video", "Видео не найдено"}};
  case error_code::unsupported_media_type:
    return {"unsupported_media_type",
            415,
            {"不支持的内容类型", "Unsupported content type", "Неподдерживаемый тип содержимого"}};
  case error_code::range_not_satisfiable:
    return {"range_not_satisfiable",
            416,
            {"请求的范围无效", "The range cannot be served", "Запрошенный диапазон недоступен"}};

  // -- logins -----------------------------------------------------------------------
  case error_code::sessions_not_found:
    return {"sessions_not_found", 404, {"登录会话不存在", "No such session", "Сеанс не найден"}};

  // -- webhooks ---------------------------------------------------------------------
  case error_code::webhook_not_found:
    return {"webhook_not_found", 404, {"Webhook 不存在", "No such webhook", "Вебхук не найден"}};
  case error_code::webhook_configured:
    return {"webhook_configured",
            409,
            {"该 Webhook 由配置文件定义", "The webhook is the configuration file's: change it there",
             "Вебхук задан в файле конфигурации: измените его там"}};
  }
  return {};
}

/// How many codes there are, `none` included: the codes are 0, 1, 2 … until the table has no more.
constexpr std::size_t code_count = [] {
  std::size_t n = 0;
  while (!entry_of(static_cast<error_code>(n)).name.empty())
    ++n;
  return n;
}();

constexpr auto catalogue = [] {
  std::array<entry, code_count> out;
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = entry_of(static_cast<error_code>(i));
  return out;
}();

constexpr auto codes = [] {
  std::array<error_code, code_count - 1> out{};
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<error_code>(i + 1);
  return out;
}();

constexpr bool is_complete(const entry& x) {
  for (std::string_view text : x.texts) {
    if (text.empty())
      return false;
  }
  return x.http_status >= 400 && x.http_status <= 599;
}

constexpr bool all_complete = [] {
  for (error_code x : codes) {
    if (!is_complete(entry_of(x)))
      return false;
  }
  return true;
}();
static_assert(all_complete, "a code lacks a text or has no status of an error");

} // namespace

std::span<const error_code> all_error_codes() {
  return codes;
}

std::string_view name(error_code x) {
  return catalogue[static_cast<std::size_t>(x)].name;
}

int http_status(error_code x) {
  assert(x != error_code::none);
  return catalogue[static_cast<std::size_t>(x)].http_status;
}

std::string_view text(error_code x, language lang) {
  assert(x != error_code::none);
  return catalogue[static_cast<std::size_t>(x)].texts[static_cast<std::size_t>(lang)];
}

} // namespace parley
